using Microsoft.Extensions.Logging;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Store;

namespace Sluice.Components.Exporters.StoreExporter;

/// <summary>
/// Writes records to the embedded store, in journal order. The store knows how far each pipeline is applied, so that what is delivered
/// again after a crash is counted as a duplicate and stored once.
/// </summary>
internal sealed class StoreExporter(ComponentContext context, StoreExporterOptions options) : IExporter
{
    private readonly List<StoreSegment> _segments = [];
    private Guid _journalId;
    private StoreWriter? _writer;

    public DeliveryOrder Order => DeliveryOrder.Journal;

    public ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        _journalId = start.JournalId;
        try
        {
            _writer = Open();
        }
        catch (StoreException error) when (error.Failure is StoreFailure.Denied or StoreFailure.NewerFormat)
        {
            throw new ComponentStartException($"exporters::{context.Id}::directory: {error.Message}", error);
        }
        catch (StoreException error)
        {
            // Such as a full disk: the first delivery tries again, and reports how that went.
            context.Logger.LogWarning("The store cannot be opened yet: {Problem}", error.Message);
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        _segments.Clear();
        foreach (var segment in batch.Segments)
        {
            _segments.Add(new StoreSegment(
                segment.Batch, segment.Start, segment.Count, segment.FirstRecord, segment.Topic.Name, segment.ReceivedUnixNano)
            {
                Position = segment.Position,
                AppendedUnixNano = segment.AppendedUnixNano,
            });
        }

        try
        {
            _writer ??= Open();
            var result = await _writer.ApplyAsync(_segments, cancellationToken).ConfigureAwait(false);
            batch.CountDuplicates(result.Duplicates);
            return DeliveryOutcome.Delivered();
        }
        catch (StoreException error) when (error.Failure == StoreFailure.NewerFormat)
        {
            return DeliveryOutcome.Fatal(error.Message);
        }
        catch (StoreException error)
        {
            return DeliveryOutcome.Retry(error.Message);
        }
        finally
        {
            _segments.Clear();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_writer is not null)
        {
            await _writer.DisposeAsync().ConfigureAwait(false);
        }
    }

    private StoreWriter Open()
    {
        var store = new StoreOptions
        {
            Directory = options.DirectoryIn(context.DataDirectory, context.Id.Name),
            Period = options.Period,
            MaxAge = options.MaxAge,
            MaxSize = options.MaxSize.Bytes,
        };
        return StoreWriter.Open(store, _journalId, context.Pool.Buffers, context.Time, Note);
    }

    private void Note(StoreNotice notice)
    {
        var level = notice.Kind is StoreNoticeKind.DroppedForAge or StoreNoticeKind.DroppedForSize ? LogLevel.Information : LogLevel.Warning;
        context.Logger.Log(level, "{Message}", notice.Message);
    }
}
