namespace Sluice.Store;

/// <summary>What a stored record is. The numbers are part of the file format.</summary>
public enum RecordKind
{
    /// <summary>A log record without an event name.</summary>
    Log = 0,

    /// <summary>A log record with an event name.</summary>
    Event = 1,

    /// <summary>A span.</summary>
    Span = 2,

    /// <summary>A metric with its data points.</summary>
    Metric = 3,
}
