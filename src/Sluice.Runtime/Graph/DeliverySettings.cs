using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.Graph;

/// <summary>What the parts of a configuration ask of the delivery of an exporter, taken together.</summary>
internal static class DeliverySettings
{
    /// <summary>What the mapped processors of a pipeline ask for.</summary>
    public static PipelineSettings Mapped(PipelineModel pipeline)
    {
        var settings = new PipelineSettings();
        foreach (var processor in pipeline.Processors)
        {
            if (processor.Factory is IMappedProcessorFactory factory)
            {
                factory.Apply(processor.Options, settings);
            }
        }

        return settings;
    }

    /// <summary>How an exporter's consumer batches, retries and lags.</summary>
    /// <param name="model">The configuration.</param>
    /// <param name="exporter">The exporter.</param>
    /// <param name="pipelines">Those that it serves.</param>
    /// <param name="mapped">What mapped processors ask for, by pipeline.</param>
    public static DeliveryOptions Of(
        GraphModel model, ComponentModel exporter, IReadOnlyList<PipelineModel> pipelines, IReadOnlyDictionary<string, PipelineSettings> mapped)
    {
        var options = ((IExporterFactory)exporter.Factory).Delivery(exporter.Options);
        var settings = model.Pipelines.WithUpstream(pipelines).Select(pipeline => mapped[pipeline.Id]).ToArray();
        var batch = options.SendingQueue.Batch ?? settings.Select(setting => setting.Batch).OfType<BatchOptions>().MaxBy(candidate => candidate.MinSize);
        var headers = settings.SelectMany(setting => setting.PartitionBy).Concat(batch?.Partition.MetadataKeys ?? []).Select(RequestProperty.Header);
        return options with
        {
            SendingQueue = options.SendingQueue with { Batch = batch },
            Partitioning = new BatchPartitioning
            {
                Properties = [.. UsedBy(model, exporter).Concat(headers).Distinct()],
                Limit = settings.Min(setting => setting.PartitionLimit) ?? BatchPartitioning.None.Limit,
            },
        };
    }

    /// <summary>What the extensions of an exporter read of the requests that its records came with.</summary>
    private static IEnumerable<RequestProperty> UsedBy(GraphModel model, ComponentModel exporter) =>
        from reference in (exporter.Options as IExtensionUser)?.UsedExtensions ?? []
        from extension in model.Extensions
        where extension.Id.ToString() == reference.Id && extension.Options is IRequestPropertyUser
        from property in ((IRequestPropertyUser)extension.Options).UsedProperties
        select property;
}
