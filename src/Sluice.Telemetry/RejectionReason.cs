namespace Sluice.Telemetry;

/// <summary>Why a record was refused although its request could be read.</summary>
public enum RejectionReason : byte
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>A trace id that is neither absent nor 16 bytes.</summary>
    TraceIdSize,

    /// <summary>A span id that is neither absent nor 8 bytes.</summary>
    SpanIdSize,

    /// <summary>A string field that is not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>Values nested deeper than <see cref="Otlp.IndexLimits.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>A message field that occurs twice where it may occur once; protobuf would merge the parts, no exporter writes them.</summary>
    SplitMessage,
}
