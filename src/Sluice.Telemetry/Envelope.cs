namespace Sluice.Telemetry;

/// <summary>
/// The fixed header of one record: what routing, sampling and searching ask first, and where the record's bytes are. Made by
/// the indexer in one pass; 56 bytes.
/// </summary>
public struct Envelope
{
    /// <summary>Nanoseconds since 1970. Log: its time, else its observed time; span: its start; metric: the latest time of its data points. 0 when absent.</summary>
    public ulong TimeUnixNano;

    /// <summary>The trace of a log or span; empty when absent, and for metrics.</summary>
    public TraceId TraceId;

    /// <summary>The span id of a log or span, big-endian; 0 when absent.</summary>
    public ulong SpanId;

    /// <summary>Where the record message starts, behind its tag and length, in the payload or the slab (<see cref="EnvelopeFlags.InSlab"/>).</summary>
    public int Offset;

    /// <summary>Bytes of the record message.</summary>
    public int Length;

    /// <summary>Index of its scope.</summary>
    public int Scope;

    /// <summary>Index of its resource.</summary>
    public int Resource;

    /// <summary>What the OTLP partial success counts: 1 for a log or span, the data points of a metric.</summary>
    public int ItemCount;

    /// <summary>Log: the severity number, 0 to 24 (255 for values beyond a byte); span: the status code; metric: the field number of its data (5, 7, 9, 10, 11), 0 when none.</summary>
    public byte Code;

    /// <summary>Span: the span kind. Otherwise 0.</summary>
    public byte Kind;

    /// <summary>Bits.</summary>
    public EnvelopeFlags Flags;
}
