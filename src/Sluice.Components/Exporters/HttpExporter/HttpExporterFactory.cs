using Sluice.Components.Exporters.HttpExporter.Bodies;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>The <c>http</c> exporter.</summary>
public sealed class HttpExporterFactory : ExporterFactory<HttpExporterOptions>
{
    /// <summary>Below the 1 MB of JSON that many servers take, as a rule: text is about twice as long as the messages that are counted.</summary>
    private static readonly BatchOptions DefaultBatch = new() { Sizer = BatchSizer.Bytes, MinSize = 512 << 10, MaxSize = 1 << 20 };

    /// <inheritdoc/>
    public override string Type => "http";

    /// <inheritdoc/>
    public override string Summary => "Sends records to any HTTP server: JSON Lines, JSON arrays, OTLP-JSON, CloudEvents or signed webhooks.";

    /// <inheritdoc/>
    protected override IExporter Create(ComponentContext context, HttpExporterOptions options) => new HttpExporter(context, options);

    /// <inheritdoc/>
    protected override DeliveryOptions Delivery(HttpExporterOptions options) => DeliveryOptions.From(options) with
    {
        DefaultBatch = DefaultBatch,
        Scope = BodyFormats.IsSingle(options.Format) ? BatchScope.Record : options.Signing is not null ? BatchScope.Entry : BatchScope.Any,
        Timeout = options.Timeout,
    };
}
