namespace Sluice.Scenarios;

/// <summary>What was asked for on the command line.</summary>
internal sealed record Settings
{
    /// <summary>Connections of the sender, each with one request at a time.</summary>
    public const int Connections = 64;

    /// <summary>Where webhooks go, as the configuration of their scenario has it.</summary>
    public const string WebhookPath = "/hooks/orders";

    /// <summary>What they are signed with, as the configuration of their scenario has it.</summary>
    public const string WebhookSecret = "of the benchmark";

    /// <summary>What is run, in this order.</summary>
    public required IReadOnlyList<Scenario> Scenarios { get; init; }

    /// <summary>What is run after them.</summary>
    public required IReadOnlyList<string> MemoryScenarios { get; init; }

    /// <summary>Whether it is measured after them what being scraped costs.</summary>
    public required bool Scrapes { get; init; }

    /// <summary>By which names it is measured after them what scraping costs.</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>How often the floor and Sluice take turns.</summary>
    public required int Rounds { get; init; }

    /// <summary>How long each is loaded in a round.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>Where the journal and the files are made: what is measured is the disk that this is on.</summary>
    public required string Directory { get; init; }

    /// <summary>The root of the repository.</summary>
    public required string Root { get; init; }

    /// <summary>Whether results are printed as JSON.</summary>
    public required bool Json { get; init; }

    /// <summary>The executable that is shipped.</summary>
    public string Sluice => Path.Combine(Root, "artifacts", "shipped", "sluice");

    /// <summary>The sender and the sink.</summary>
    public string LoadTool => Path.Combine(Root, "artifacts", "bin", "Sluice.Load", "release", "sluice-load");

    /// <summary>The mock cluster of Kafka.</summary>
    public string Kafka => Path.Combine(Root, "artifacts", "bin", "Sluice.Standins.Kafka", "release", "Sluice.Standins.Kafka");

    /// <summary>What Sluice is compared with.</summary>
    public string Floor => Path.Combine(Root, "artifacts", "bin", "Sluice.Floor", "release", "sluice-floor");

    /// <summary>Makes a directory for a scenario, which removes it.</summary>
    public string CreateDirectory(string scenario) =>
        System.IO.Directory.CreateDirectory(Path.Combine(Directory, $"{scenario}-{Environment.ProcessId}")).FullName;

    /// <summary>A scenario's configuration of Sluice.</summary>
    public string Configuration(Scenario scenario) => Path.Combine(Root, "benchmarks", "scenarios", scenario.Configuration);
}
