namespace Sluice.Scenarios;

/// <summary>What it costs to scrape a target.</summary>
internal sealed record TargetResult
{
    public required string Scenario { get; init; }

    /// <summary>Samples of a scrape.</summary>
    public required int SamplesPerScrape { get; init; }

    /// <summary>Scrapes in all rounds.</summary>
    public required long Scrapes { get; init; }

    /// <summary>Processor time for a million samples, until they were durable and read back.</summary>
    public required double CpuSPerMillion { get; init; }

    public required double CpuSPerMillionMin { get; init; }

    public required double CpuSPerMillionMax { get; init; }

    /// <summary>Managed memory that was allocated in all rounds for a sample.</summary>
    public required double AllocBytesPerSample { get; init; }

    /// <summary>The memory that it occupies after the last round, in MiB.</summary>
    public required double RssMb { get; init; }

    /// <summary>The most memory that it occupied, in MiB.</summary>
    public required double PeakRssMb { get; init; }

    public required string GcMode { get; init; }
}
