using System.Text;
using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>The headers that the options ask for. One thread.</summary>
internal sealed class MessageHeaders : IDisposable
{
    private static readonly string[] SignalNames = ["logs", "traces", "metrics"];

    private readonly (byte[] Name, byte[] Value)[] _fixed;
    private readonly (byte[] Name, byte[] Lower)[] _metadata;
    private readonly bool _hasType;
    private readonly bool _hasService;
    private readonly bool _hasId;
    private readonly bool _hasTrace;
    private int _lent;

    public MessageHeaders(KafkaExporterOptions options, Signal signal, BufferPool buffers)
    {
        _hasType = options.Headers.Contains(KafkaHeaderSource.ContentType);
        _hasService = options.Headers.Contains(KafkaHeaderSource.Service);
        _hasId = options.Headers.Contains(KafkaHeaderSource.RecordId);
        _hasTrace = options.Headers.Contains(KafkaHeaderSource.TraceContext);
        var always = options.RecordHeaders.ToList();
        if (options.Headers.Contains(KafkaHeaderSource.Signal))
        {
            always.Add(KeyValuePair.Create("sluice-signal", SignalNames[(int)signal]));
        }

        _fixed = [.. always.Select(header => (Encoding.UTF8.GetBytes(header.Key), Encoding.UTF8.GetBytes(header.Value)))];
        _metadata = [.. options.IncludeMetadataKeys.Select(name => (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(name.ToLowerInvariant())))];
        List = new KafkaHeaders(buffers);
    }

    /// <summary>What a message is sent with.</summary>
    public KafkaHeaders List { get; }

    /// <summary>Whether requests have to do with it.</summary>
    public bool HasMetadata => _metadata.Length > 0;

    /// <summary>Starts on messages of one run, or of runs whose requests have the same headers.</summary>
    public void Begin(in DeliverySegment segment)
    {
        List.Clear();
        foreach (var (name, value) in _fixed)
        {
            List.Add(name, value);
        }

        foreach (var (name, lower) in _metadata)
        {
            if (MessageRouter.TryFindHeader(segment, lower, out var value))
            {
                List.Add(name, value);
            }
        }

        _lent = List.Count;
    }

    /// <summary>Appends what tells the requests apart, for messages that hold records of several.</summary>
    public void WriteIdentity(in DeliverySegment segment, PooledBufferWriter output)
    {
        foreach (var (_, lower) in _metadata)
        {
            if (MessageRouter.TryFindHeader(segment, lower, out var value))
            {
                output.Write(value);
            }

            // Values are UTF-8, which has no such byte.
            output.WriteByte(0xFF);
        }
    }

    /// <summary>Starts on a message of the run.</summary>
    /// <param name="type">Its media type; empty when it is not known.</param>
    /// <param name="segment">A run.</param>
    /// <param name="record">Its first record in the run.</param>
    /// <param name="isSingle">Whether there are no others.</param>
    public void BeginMessage(ReadOnlySpan<byte> type, in DeliverySegment segment, int record, bool isSingle)
    {
        List.Truncate(_lent);
        if (_hasType && !type.IsEmpty)
        {
            List.Add("content-type"u8, type);
        }

        if (_hasId)
        {
            Span<byte> id = stackalloc byte[Journal.RecordId.TextLength];
            segment.FirstRecord.Plus(record).Format(id);
            List.Add("sluice-record-id"u8, id);
        }

        if (isSingle && (_hasService || _hasTrace))
        {
            AddOfRecord(segment, record);
        }
    }

    public void Dispose() => List.Dispose();

    private void AddOfRecord(in DeliverySegment segment, int index)
    {
        var record = segment.Batch.GetRecord(segment.Start + index);
        if (_hasService && !record.Service.IsEmpty)
        {
            List.Add("sluice-service"u8, record.Service);
        }

        ref readonly var envelope = ref record.Envelope;
        if (_hasTrace && !envelope.TraceId.IsEmpty && envelope.SpanId != 0)
        {
            Span<byte> parent = stackalloc byte[TraceParent.Length];
            new TraceParent(envelope.TraceId, envelope.SpanId, TraceFlags.Of(record)).Write(parent);
            List.Add("traceparent"u8, parent);
        }
    }
}
