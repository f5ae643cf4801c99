using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Threading;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>
/// Sends records to Kafka, a batch at a time in journal order, so that messages with the same key keep theirs. What blocks runs on the
/// exporter's own thread; another belongs to the client.
/// </summary>
internal sealed class KafkaExporter(ComponentContext context, KafkaExporterOptions options) : IExporter
{
    private readonly string _key = $"exporters::{context.Id}";
    private NamedThread? _thread;
    private IKafkaDelivery? _delivery;

    /// <inheritdoc/>
    public DeliveryOrder Order => DeliveryOrder.Journal;

    /// <inheritdoc/>
    public async ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        KafkaLibrary.Require(_key);
        _thread = new NamedThread($"kafka {context.Id}");
        var delivery = CreateDelivery(start);
        _delivery = delivery;
        await _thread.RunAsync(() =>
        {
            delivery.Start();
            return true;
        });
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var (thread, delivery) = (_thread, _delivery);
        if (thread is null || delivery is null)
        {
            throw new InvalidOperationException("The exporter is not started.");
        }

        return await thread.RunAsync(() => delivery.Deliver(batch, cancellationToken));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_thread is not null)
        {
            await _thread.DisposeAsync();
        }

        _delivery?.Dispose();
        _delivery = null;
    }

    private IKafkaDelivery CreateDelivery(ExporterStart start)
    {
        RecordId place = default;
        if (!start.State.IsEmpty && !KafkaCursor.TryReadState(start.State.Span, out place))
        {
            throw new ComponentStartException($"{_key}: the state kept in the journal is not one of a kafka exporter; give the exporter another name, so that it starts anew");
        }

        var id = context.Id.ToString();
        var writers = new MessageWriters(options, context.Pool.Buffers);
        return options.ExactlyOnce
            ? new TransactionalDelivery(
                writers,
                reports => Open(Settings() with { TransactionalId = KafkaCursor.TransactionalId(start.JournalId, id), TransactionTimeout = options.TransactionTimeout }, reports),
                () => KafkaTopicReader.Open(options, context.Time),
                options.CursorTopic,
                KafkaCursor.Key(start.JournalId, id),
                start.State.IsEmpty ? null : place,
                context.Pool.Buffers)
            : new KafkaDelivery(writers, reports => Open(Settings(), reports), hasOldCursor: !start.State.IsEmpty);
    }

    private KafkaProducer Open(KafkaProducerSettings settings, IKafkaReports reports) => KafkaProducer.Open(settings, context.Id.ToString(), _key, reports, context.Time, context.Logger);

    private KafkaProducerSettings Settings() => new()
    {
        Client = options,
        Compression = options.Producer.Compression,
        CompressionLevel = options.Producer.CompressionParams.Level,
        Linger = options.Producer.Linger,
        MaxMessageBytes = options.Producer.MaxMessageBytes,
        MaxMessagesPerRequest = options.Producer.FlushMaxMessages,
        MaxBufferedMessages = options.Producer.BufferMessages,
        MaxBufferedBytes = options.Producer.BufferMemory.Bytes,
        Partitioner = options.RecordPartitioner.StickyKey.Hasher == KafkaHasher.Murmur2 ? "murmur2_random" : "fnv1a_random",
        AllowAutoTopicCreation = options.Producer.AllowAutoTopicCreation,
    };
}
