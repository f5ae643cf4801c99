using Sluice.Telemetry;

namespace Sluice.Store;

/// <summary>Asks for log records and events that meet all of the conditions given.</summary>
public sealed record LogQuery
{
    /// <summary>Words in body, event name or attribute values.</summary>
    public SearchText? Text { get; init; }

    /// <summary>Whether only events are asked for.</summary>
    public bool EventsOnly { get; init; }

    /// <summary>Event time.</summary>
    public TimeRange Time { get; init; } = TimeRange.All;

    /// <summary>The service, exactly.</summary>
    public string? Service { get; init; }

    /// <summary>The least severity number; records without a severity have 0.</summary>
    public int MinSeverity { get; init; }

    /// <summary>The trace.</summary>
    public TraceId? TraceId { get; init; }

    /// <summary>The span.</summary>
    public ulong? SpanId { get; init; }

    /// <summary>The event name, exactly.</summary>
    public string? EventName { get; init; }

    /// <summary>Attributes of record or resource.</summary>
    public IReadOnlyList<AttributeFilter> Attributes { get; init; } = [];

    /// <summary>The order of arrival.</summary>
    public SearchOrder Order { get; init; }

    /// <summary>At most so many records.</summary>
    public int Limit { get; init; } = int.MaxValue;

    /// <summary>Continues behind this record.</summary>
    public StorePosition? After { get; init; }
}
