using System.Text;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Otlp;

namespace Sluice.Inspection;

/// <summary>Prints the records of a group's entries, each as its JSON envelope on a line. An entry is an OTLP export request of its topic's pipeline.</summary>
internal sealed class PayloadPrinter : IDisposable
{
    /// <summary>What was accepted once is not measured again.</summary>
    private static readonly IndexLimits Unlimited = new() { MaxDepth = IndexLimits.DeepestMaxDepth, MaxRecords = int.MaxValue };

    private readonly TextWriter _output;
    private readonly TextWriter _errors;
    private readonly BufferPool _buffers = new();
    private readonly TelemetryPool _pool;
    private readonly JsonLinesEncoder _encoder;
    private readonly PooledBufferWriter _json;

    public PayloadPrinter(TextWriter output, TextWriter errors)
    {
        _output = output;
        _errors = errors;
        _pool = new TelemetryPool(_buffers);
        _encoder = new JsonLinesEncoder(_buffers);
        _json = new PooledBufferWriter(_buffers, "journal dump");
    }

    /// <summary>Prints the records of a group.</summary>
    /// <returns>False when an entry is not what a Sluice writes; the errors say which.</returns>
    public bool Print(DumpedGroup group)
    {
        var isWhole = true;
        foreach (var entry in group.Entries)
        {
            var problem = SignalOf(entry.Topic) is { } signal ? Print(entry, signal) : "its topic is no pipeline";
            if (problem is not null)
            {
                isWhole = false;
                _errors.WriteLine(Readable.Text($"Group {group.Lsn} in {group.Segment}: the entry of {entry.Records} records for {entry.Topic} cannot be decoded: {problem}."));
            }
        }

        return isWhole;
    }

    public void Dispose()
    {
        _json.Dispose();
        _encoder.Dispose();
        _buffers.Dispose();
    }

    private static Signal? SignalOf(string topic) => topic.Split('/')[0] switch
    {
        "logs" or "events" => Signal.Logs,
        "traces" => Signal.Traces,
        "metrics" => Signal.Metrics,
        _ => null,
    };

    /// <returns>Why it cannot be decoded, or null.</returns>
    private string? Print(DumpedEntry entry, Signal signal)
    {
        var payload = entry.Payload!;
        var buffer = _buffers.Rent(payload.Length, "journal dump");
        payload.CopyTo(buffer.Array.AsSpan());
        var indexed = OtlpIndexer.Index(signal, buffer, 0, payload.Length, _pool, Unlimited);
        if (indexed.Batch is not { } batch)
        {
            buffer.Dispose();
            return $"it is no OTLP export request ({indexed.Status})";
        }

        using (batch)
        {
            if (batch.Count != entry.Records)
            {
                return $"it holds {batch.Count} records";
            }

            _encoder.BeginBatch(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                _json.Clear();
                _encoder.Encode(i, entry.FirstRecord.Plus(i), _json);
                _output.WriteLine(Encoding.UTF8.GetString(_json.WrittenSpan));
            }
        }

        return null;
    }
}
