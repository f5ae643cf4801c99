using Sluice.Load.Content;

namespace Sluice.Scenarios;

/// <summary>Where a scenario's records end up, and who counts them there.</summary>
internal enum DestinationKind
{
    /// <summary>In the journal: the ledger counts what is read back from it.</summary>
    Journal,

    /// <summary>In files, which are read.</summary>
    File,

    /// <summary>In the sink.</summary>
    Sink,

    /// <summary>In Kafka, where a reader counts them.</summary>
    Kafka,

    /// <summary>In the journal, by way of Kafka, where the sender writes them.</summary>
    JournalFromKafka,
}

/// <summary>What is measured: a configuration of Sluice, <c>NAME.yaml</c> beside this file, and what is sent to it.</summary>
/// <param name="Name">The name on the command line and in reports.</param>
/// <param name="Signal">What is sent.</param>
/// <param name="Destination">Where it goes.</param>
/// <param name="Gzip">Whether requests are compressed, to Sluice and from it.</param>
internal sealed record Scenario(string Name, LoadSignal Signal, DestinationKind Destination, bool Gzip = false)
{
    private const string GzipSuffix = "-gzip";

    /// <summary>All of them, each with its compressed form behind it; senders of webhooks and Kafka's do not compress.</summary>
    public static IReadOnlyList<Scenario> All { get; } =
    [
        .. new Scenario[]
        {
            new("otlp-logs-journal", LoadSignal.Logs, DestinationKind.Journal),
            new("otlp-metrics-journal", LoadSignal.Metrics, DestinationKind.Journal),
            new("otlp-traces-journal", LoadSignal.Traces, DestinationKind.Journal),
            new("spanmetrics", LoadSignal.Traces, DestinationKind.Journal),
            new("otlp-logs-otlp", LoadSignal.Logs, DestinationKind.Sink),
            new("otlp-traces-otlp", LoadSignal.Traces, DestinationKind.Sink),
            new("otlp-logs-file", LoadSignal.Logs, DestinationKind.File),
            new("otlp-logs-elasticsearch", LoadSignal.Logs, DestinationKind.Sink),
            new("otlp-logs-kafka", LoadSignal.Logs, DestinationKind.Kafka),
            new("otlp-logs-kafka-otlp", LoadSignal.Logs, DestinationKind.Kafka),
            new("metrics-remote-write", LoadSignal.Series, DestinationKind.Sink),
            new("metrics-remote-write-2", LoadSignal.Series, DestinationKind.Sink),
            new("bulk-journal", LoadSignal.Bulk, DestinationKind.Journal),
        }.SelectMany(scenario => new[] { scenario, scenario with { Name = scenario.Name + GzipSuffix, Gzip = true } }),
        new("kafka-journal", LoadSignal.Logs, DestinationKind.JournalFromKafka),
        new("webhook-journal", LoadSignal.Webhooks, DestinationKind.Journal),
    ];

    /// <summary>The file of its configuration, which both forms share.</summary>
    public string Configuration => (Gzip ? Name[..^GzipSuffix.Length] : Name) + ".yaml";

    /// <summary>What takes the records, by its name among the addresses of Sluice.</summary>
    public string Receiver => Signal switch { LoadSignal.Webhooks => "webhook", LoadSignal.Bulk => "elasticsearch", _ => "otlp/http" };

    /// <summary>What a name stands for: a scenario with its compressed form, or the compressed form alone. Empty when there is no such scenario.</summary>
    public static IEnumerable<Scenario> Find(string name) => All.Where(scenario => scenario.Name == name || scenario.Name == name + GzipSuffix);
}
