namespace Sluice.Load.Sending;

/// <summary>What came of a run. Counts are records.</summary>
public sealed record LoadReport
{
    /// <summary>The run.</summary>
    public required int Run { get; init; }

    /// <summary>From the first request to the last answer.</summary>
    public required double Seconds { get; init; }

    /// <summary>Records that were sent.</summary>
    public required long Sent { get; init; }

    /// <summary>Records that the receiver took.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Records that it does not take now.</summary>
    public required long Refused { get; init; }

    /// <summary>Records of requests that it refused for good, in full or in part.</summary>
    public required long Rejected { get; init; }

    /// <summary>Records of requests that got no answer.</summary>
    public required long Unanswered { get; init; }

    /// <summary>Why the last of those got none; null when all got one.</summary>
    public required string? Failure { get; init; }

    /// <summary>Bytes of the bodies that were sent, as they went over the wire.</summary>
    public required long SentBytes { get; init; }

    /// <summary>Acknowledged records per second.</summary>
    public required double RecordsPerSecond { get; init; }

    /// <summary>Time from the sending of a request to its acknowledgement, in milliseconds, after <see cref="LoadSettings.Settling"/>: the median.</summary>
    public required double AckP50Ms { get; init; }

    /// <summary>The same that 99 of 100 requests do not exceed.</summary>
    public required double AckP99Ms { get; init; }

    /// <summary>Processor time of the sender.</summary>
    public required double CpuSeconds { get; init; }
}
