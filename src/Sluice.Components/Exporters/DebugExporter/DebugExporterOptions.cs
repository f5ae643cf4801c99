using Sluice.Configuration;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Options of the <c>debug</c> exporter: the Collector's.</summary>
[IgnoredOption("sending_queue", "the journal is the queue, and batches are printed as they come")]
public sealed record DebugExporterOptions : IValidatableOptions
{
    /// <summary>How much is printed.</summary>
    [Option("basic: counts, one line per batch and signal; normal: about one line per record; detailed: every field.")]
    public DebugVerbosity Verbosity { get; init; } = DebugVerbosity.Basic;

    /// <summary>Batches printed in each second.</summary>
    [Option("Batches of a signal that are printed at the beginning of each second.", Unit = "batches", Min = 0)]
    public int SamplingInitial { get; init; } = 2;

    /// <summary>Which batches are printed after those.</summary>
    [Option("Of the batches after those, every so manieth is printed in the same second: 1 prints all, 0 none.", Unit = "batches", Min = 0)]
    public int SamplingThereafter { get; init; } = 1;

    /// <summary>Whether it prints to Sluice's own log.</summary>
    [Option("Whether it prints to Sluice's own log, on the info level; otherwise to output_paths.")]
    public bool UseInternalLogger { get; init; } = true;

    /// <summary>Where it prints otherwise.</summary>
    [Option("Where it prints when use_internal_logger is false: stdout, stderr, or files that are appended to.")]
    public IReadOnlyList<string> OutputPaths { get; init; } = ["stdout"];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (UseInternalLogger && context.IsSet("output_paths"))
        {
            context.Error("output_paths", "has no effect while use_internal_logger is true", "set use_internal_logger to false, or remove output_paths");
        }
        else if (!UseInternalLogger && OutputPaths.Count == 0)
        {
            context.Error("output_paths", "is empty, so that nothing would be printed", "name stdout, stderr or a file");
        }
    }
}
