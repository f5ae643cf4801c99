using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>The <c>attributes</c> processor.</summary>
public sealed class AttributesProcessorFactory : ProcessorFactory<AttributesProcessorOptions>
{
    /// <inheritdoc/>
    public override string Type => "attributes";

    /// <inheritdoc/>
    public override string Summary => "Adds, changes and removes attributes of log records, spans and data points.";

    /// <inheritdoc/>
    protected override IEnumerable<PipelineFault> FindFaults(PipelineSignal signal, AttributesProcessorOptions options) =>
        [.. FindMisfits("include", options.Include, signal), .. FindMisfits("exclude", options.Exclude, signal)];

    /// <inheritdoc/>
    protected override IProcessor Create(ComponentContext context, PipelineSignal signal, AttributesProcessorOptions options) =>
        new AttributesProcessor(options, signal.ToSignal(), context.Pool.Buffers);

    /// <summary>A property that no record of the pipeline has would silently match nothing.</summary>
    private static IEnumerable<PipelineFault> FindMisfits(string key, MatchOptions? options, PipelineSignal pipeline)
    {
        if (options is null)
        {
            return [];
        }

        var signal = pipeline.ToSignal();
        (string Property, bool IsGiven, bool Fits)[] properties =
        [
            ("span_names", options.SpanNames.Count > 0, signal == Signal.Traces),
            ("span_kinds", options.SpanKinds.Count > 0, signal == Signal.Traces),
            ("log_bodies", options.LogBodies.Count > 0, signal == Signal.Logs),
            ("log_severity_texts", options.LogSeverityTexts.Count > 0, signal == Signal.Logs),
            ("log_severity_number", options.LogSeverityNumber is not null, signal == Signal.Logs),
            ("metric_names", options.MetricNames.Count > 0, signal == Signal.Metrics),
            ("attributes", options.Attributes.Count > 0, signal != Signal.Metrics),
        ];
        return from property in properties
               where property.IsGiven && !property.Fits
               select new PipelineFault(
                   $"{key}::{property.Property}",
                   $"records of {pipeline.ToConfigName()} pipelines have no such property",
                   "remove it, or give that pipeline an attributes processor of its own");
    }
}
