namespace Sluice.Scenarios;

/// <summary>The memory that the process occupies, in MiB.</summary>
internal sealed record MemoryResult
{
    public required string Scenario { get; init; }

    /// <summary>At the end.</summary>
    public required double RssMb { get; init; }

    /// <summary>After the first of the rounds: what it occupies more at the end has grown meanwhile.</summary>
    public required double FirstRssMb { get; init; }

    /// <summary>The most that it occupied.</summary>
    public required double PeakRssMb { get; init; }

    public required string GcMode { get; init; }

    /// <summary>Records that it took.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Records that it asked to send later.</summary>
    public required long Refused { get; init; }
}
