namespace Sluice.Telemetry.Otlp;

/// <summary>Whether a request could be read at all.</summary>
public enum IndexStatus : byte
{
    /// <summary>It could; single records may still have been refused.</summary>
    Ok,

    /// <summary>It is not a well-formed protobuf message of its kind.</summary>
    Malformed,

    /// <summary>It holds more records than <see cref="IndexLimits.MaxRecords"/>.</summary>
    TooManyRecords,
}
