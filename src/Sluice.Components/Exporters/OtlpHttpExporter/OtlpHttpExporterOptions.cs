using Sluice.Components.Exporters.Otlp;
using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.OtlpHttpExporter;

/// <summary>Options of the <c>otlp_http</c> exporter: the Collector's keys, and Sluice's own for delivery.</summary>
[UnsupportedOption("profiles_endpoint", "leave it out: there are no pipelines of profiles")]
public sealed record OtlpHttpExporterOptions : HttpClientOptions, IDeliveryOptions
{
    /// <summary>The server, to which the paths of the signals are added.</summary>
    [Option("The server, such as https://collector:4318; the path of each signal (/v1/logs, /v1/traces, /v1/metrics) is added to it.")]
    public string? Endpoint { get; init; }

    /// <summary>Where logs go instead.</summary>
    [Option("The whole address that logs go to, instead of endpoint with /v1/logs.")]
    public string? LogsEndpoint { get; init; }

    /// <summary>Where traces go instead.</summary>
    [Option("The whole address that traces go to, instead of endpoint with /v1/traces.")]
    public string? TracesEndpoint { get; init; }

    /// <summary>Where metrics go instead.</summary>
    [Option("The whole address that metrics go to, instead of endpoint with /v1/metrics.")]
    public string? MetricsEndpoint { get; init; }

    /// <summary>How requests are encoded.</summary>
    [Option("proto: protobuf, byte for byte as records came; json: OTLP-JSON, without fields that OTLP 1.x does not define.")]
    public ExportEncoding Encoding { get; init; } = ExportEncoding.Proto;

    /// <summary>The time of one attempt; zero for no limit.</summary>
    [Option("How long one attempt may take, connecting included; 0s for no limit.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How records are gathered.</summary>
    [Option("How records are gathered before they are sent. Without batch: by 1MiB of records, at most 3MiB, or 200ms.")]
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>What happens when the server cannot take them.</summary>
    [Option("What happens when the server cannot take a request now.")]
    public RetryOptions RetryOnFailure { get; init; } = new();

    /// <summary>Bytes it may lag behind.</summary>
    [Option("Bytes of the journal it may lag behind; absent for all of it.")]
    public ByteSize? MaxLag { get; init; }

    /// <summary>What happens when it lags too far.</summary>
    [Option("What happens when it lags too far: reject refuses new data for its pipelines, drop_oldest drops and counts the oldest.")]
    public OnFull OnFull { get; init; } = OnFull.Reject;

    /// <summary>Where it starts when it is new.</summary>
    [Option("Where it starts when it is new: latest (new records only) or earliest (all that the journal still holds).")]
    public StartAt StartAt { get; init; } = StartAt.Latest;

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        (string Key, string? Text)[] endpoints =
            [("endpoint", Endpoint), ("logs_endpoint", LogsEndpoint), ("traces_endpoint", TracesEndpoint), ("metrics_endpoint", MetricsEndpoint)];
        if (endpoints.All(endpoint => string.IsNullOrEmpty(endpoint.Text)))
        {
            context.Error("endpoint", "is missing", "give the server, such as http://collector:4318, or an endpoint for each signal");
        }

        foreach (var (key, text) in endpoints)
        {
            if (!string.IsNullOrEmpty(text) && OtlpHttpTargets.FindFault(text, isBase: key == "endpoint") is { } fault)
            {
                context.Error(key, $"\"{HttpAddress.WithoutSecrets(text)}\" {fault}", "write http://host:port or https://host:port, with a path where there is one");
            }
        }
    }
}
