using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary><c>service</c>: what runs.</summary>
public sealed record ServiceOptions : IValidatableOptions
{
    /// <summary>Ids of the extensions to start.</summary>
    [Option("Ids of the extensions to start.")]
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Pipelines by id.</summary>
    [Option("Pipelines by id: logs, events, traces or metrics, each with an optional /name.")]
    public IReadOnlyDictionary<string, PipelineOptions> Pipelines { get; init; } = new Dictionary<string, PipelineOptions>();

    /// <summary>The instance's own telemetry.</summary>
    [Option("The instance's own logs, metrics and traces.")]
    public TelemetryOptions Telemetry { get; init; } = new();

    /// <summary>The journal.</summary>
    [Option("The journal between receivers and exporters.")]
    public JournalServiceOptions Journal { get; init; } = new();

    /// <summary>Records that a destination refuses for good.</summary>
    [Option("Records that a destination refuses for good: kept with the reason, apart from the journal.")]
    public DeadLetterServiceOptions DeadLetters { get; init; } = new();

    /// <summary>Memory of requests in flight.</summary>
    [Option("Memory for requests in flight.")]
    public IntakeOptions Intake { get; init; } = new();

    /// <summary>How long a stop may take.</summary>
    [Option("How long a stop waits for requests in flight and for deliveries; what is undelivered then is reported.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The search and status API.</summary>
    [Option("The search and status API.")]
    public ApiOptions Api { get; init; } = new();

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Journal.Type == JournalKind.Disk && FullPath(Journal.DirectoryIn("")) == FullPath(DeadLetters.DirectoryIn("")))
        {
            context.Error("dead_letters::directory", "the journal's files are there too", "give each a directory of its own");
        }

        static string FullPath(string directory) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory, Path.GetTempPath()));
    }
}
