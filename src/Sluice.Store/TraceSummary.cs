using Sluice.Telemetry;

namespace Sluice.Store;

/// <summary>One trace as far as it is stored.</summary>
public sealed record TraceSummary
{
    /// <summary>Its id.</summary>
    public required TraceId TraceId { get; init; }

    /// <summary>Start of its first span, in nanoseconds since 1970.</summary>
    public required long Start { get; init; }

    /// <summary>From the first start to the last end, in nanoseconds.</summary>
    public required long Duration { get; init; }

    /// <summary>The name of its root span; of its first span while no root is stored.</summary>
    public required string Name { get; init; }

    /// <summary>The service of that span.</summary>
    public required string Service { get; init; }

    /// <summary>Whether a span without a parent is stored.</summary>
    public required bool HasRoot { get; init; }

    /// <summary>Spans stored.</summary>
    public required int SpanCount { get; init; }

    /// <summary>Spans with an error status.</summary>
    public required int ErrorCount { get; init; }

    /// <summary>The services of its spans, sorted.</summary>
    public required IReadOnlyList<string> Services { get; init; }
}
