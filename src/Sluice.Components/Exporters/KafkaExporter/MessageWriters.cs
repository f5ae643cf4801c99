using Sluice.Buffers;
using Sluice.Components.Exporters.KafkaExporter.Messages;
using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>What makes messages of records, by signal. One thread.</summary>
internal sealed class MessageWriters : IDisposable
{
    private readonly IMessageWriter[] _writers;
    private readonly bool[] _isSingle;

    public MessageWriters(KafkaExporterOptions options, BufferPool buffers)
    {
        var names = new TopicNames();
        _writers =
        [
            Create(Signal.Logs, options.LogsWithKey),
            Create(Signal.Traces, options.TracesWithKey),
            Create(Signal.Metrics, options.MetricsWithKey),
        ];
        _isSingle = [options.Logs.IsSingle, options.Traces.IsSingle, options.Metrics.IsSingle];

        IMessageWriter Create(Signal signal, KafkaSignalOptions how)
        {
            var router = new MessageRouter(how, options.TopicFromAttribute, names, buffers);
            var headers = new MessageHeaders(options, signal, buffers);
            return how.IsSingle
                ? new RecordMessages(signal, RecordMessage.Create(how.Encoding, buffers), router, headers, buffers)
                : new RequestMessages(signal, how.Encoding == KafkaEncoding.OtlpJson, options.Producer.MaxMessageBytes, router, headers, buffers);
        }
    }

    /// <summary>Whether messages of a signal hold one record each.</summary>
    public bool IsSingle(Signal signal) => _isSingle[(int)signal];

    /// <inheritdoc cref="IMessageWriter.TryWrite"/>
    public bool TryWrite(OutgoingBatch outgoing, RecordId from, MessageSender sender)
    {
        foreach (var writer in _writers)
        {
            if (!writer.TryWrite(outgoing, from, sender))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var writer in _writers)
        {
            writer.Dispose();
        }
    }
}
