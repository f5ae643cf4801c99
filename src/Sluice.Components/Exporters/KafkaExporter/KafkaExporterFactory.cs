using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>The <c>kafka</c> exporter.</summary>
public sealed class KafkaExporterFactory : ExporterFactory<KafkaExporterOptions>
{
    /// <summary>Large enough that waiting for the acknowledgement of one batch before the next costs little.</summary>
    private static readonly BatchOptions DefaultBatch = new() { Sizer = BatchSizer.Bytes, MinSize = 4 << 20, MaxSize = 8 << 20 };

    /// <inheritdoc/>
    public override string Type => "kafka";

    /// <inheritdoc/>
    public override string Summary => "Sends records to Kafka, in order by key: OTLP, JSON, CloudEvents or raw bodies.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, KafkaExporterOptions options) => new KafkaExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(KafkaExporterOptions options) => DeliveryOptions.From(options) with
    {
        DefaultBatch = DefaultBatch,
        Timeout = options.Timeout,
    };
}
