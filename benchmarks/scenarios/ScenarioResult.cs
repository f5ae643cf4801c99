using System.Text.Json.Serialization;

namespace Sluice.Scenarios;

/// <summary>What a scenario gave: medians over the rounds, and with <c>_min</c> and <c>_max</c> their spread.</summary>
internal sealed record ScenarioResult
{
    public required string Scenario { get; init; }

    /// <summary>Processor time of Sluice until all records of a round were delivered.</summary>
    public required double CpuSPerMillion { get; init; }

    public required double CpuSPerMillionMin { get; init; }

    public required double CpuSPerMillionMax { get; init; }

    /// <summary>The same of the bare server.</summary>
    public required double FloorCpuSPerMillion { get; init; }

    public required double FloorCpuSPerMillionMin { get; init; }

    public required double FloorCpuSPerMillionMax { get; init; }

    /// <summary>Of each round of Sluice to the round of the floor before it.</summary>
    public required double RatioToFloor { get; init; }

    public required double RatioToFloorMin { get; init; }

    public required double RatioToFloorMax { get; init; }

    /// <summary>Managed memory.</summary>
    public required double AllocBytesPerRecord { get; init; }

    /// <summary>In MiB, over the whole life of the process.</summary>
    public required double PeakRssMb { get; init; }

    /// <summary>Records that were delivered in a second of load and of what is left to do after it.</summary>
    public required double RecordsPerSecond { get; init; }

    /// <summary>At saturation.</summary>
    public required double AckP50Ms { get; init; }

    public required double AckP99Ms { get; init; }

    /// <summary>In a round of its own, at half of <see cref="RecordsPerSecond"/>.</summary>
    public required double HalfLoadAckP50Ms { get; init; }

    public required double HalfLoadAckP99Ms { get; init; }

    /// <summary>Groups that one flush made durable; each is a request.</summary>
    public required double RequestsPerFlush { get; init; }

    public required string GcMode { get; init; }

    public required bool Pinned { get; init; }

    public required int Connections { get; init; }

    public required int Rounds { get; init; }

    public required double SecondsPerRound { get; init; }

    /// <summary>Records, over all rounds, the warm-up and the half load.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Distinct records that arrived.</summary>
    public required long Delivered { get; init; }

    /// <summary>Acknowledged records that did not arrive.</summary>
    public required long Missing { get; init; }

    /// <summary>Records that arrived again.</summary>
    public required long Doubled { get; init; }

    /// <summary>Records that Sluice asked to send later.</summary>
    public required long Refused { get; init; }
}

/// <summary>How results are printed with <c>--json</c>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ScenarioResult))]
[JsonSerializable(typeof(MemoryResult))]
[JsonSerializable(typeof(ScrapeResult))]
[JsonSerializable(typeof(TargetResult))]
internal sealed partial class ResultJson : JsonSerializerContext;
