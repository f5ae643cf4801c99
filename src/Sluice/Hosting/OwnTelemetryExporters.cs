using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Sluice.Commands;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;
using Sluice.Transport.Tls;

namespace Sluice.Hosting;

/// <summary>Makes what sends own telemetry out of what is configured.</summary>
internal static class OwnTelemetryExporters
{
    private static readonly string InstanceId = Guid.NewGuid().ToString();

    /// <summary>The resource of everything that this process sends about itself.</summary>
    public static ResourceBuilder Resource(TelemetryOptions options)
    {
        var attributes = new Dictionary<string, object>
        {
            ["service.name"] = "sluice",
            ["service.version"] = VersionCommand.Version,
            ["service.instance.id"] = InstanceId,
        };
        foreach (var (key, value) in options.Resource)
        {
            if (value.IsNull && value.SubstitutedText is null)
            {
                attributes.Remove(key);
            }
            else
            {
                attributes[key] = Typed(value);
            }
        }

        return ResourceBuilder.CreateEmpty().AddAttributes(attributes);
    }

    /// <summary>Sends spans in batches.</summary>
    public static BatchActivityExportProcessor Spans(TelemetryBatchOptions options) => new(
        new OtlpTraceExporter(Options(options.Exporter!.Otlp!, "traces")),
        options.MaxQueueSize,
        options.ScheduleDelay,
        options.ExportTimeout,
        Math.Min(options.MaxExportBatchSize, options.MaxQueueSize));

    /// <summary>Sends log records in batches.</summary>
    public static BatchLogRecordExportProcessor Logs(TelemetryBatchOptions options) => new(
        new OtlpLogExporter(Options(options.Exporter!.Otlp!, "logs")),
        options.MaxQueueSize,
        options.ScheduleDelay,
        options.ExportTimeout,
        Math.Min(options.MaxExportBatchSize, options.MaxQueueSize));

    /// <summary>Sends metrics in intervals.</summary>
    public static PeriodicExportingMetricReader Metrics(TelemetryPeriodicOptions options) =>
        new(new OtlpMetricExporter(Options(options.Exporter!.Otlp!, "metrics")), options.Interval, options.Timeout)
        {
            TemporalityPreference = options.Exporter.Otlp!.TemporalityPreference switch
            {
                TelemetryTemporality.Delta => MetricReaderTemporalityPreference.Delta,
                TelemetryTemporality.LowMemory => MetricReaderTemporalityPreference.LowMemory,
                _ => MetricReaderTemporalityPreference.Cumulative,
            },
        };

    private static OtlpExporterOptions Options(TelemetryOtlpOptions otlp, string signal)
    {
        var target = otlp.Target!;
        var isHttp = otlp.Protocol == TelemetryProtocol.HttpProtobuf;
        var handler = CreateHandler(otlp, target);
        return new OtlpExporterOptions
        {
            Endpoint = isHttp && target.AbsolutePath == "/" ? new Uri(target, "/v1/" + signal) : target,
            Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc,
            Compression = otlp.Compression == TelemetryCompression.Gzip ? OtlpExportCompression.GZip : OtlpExportCompression.None,
            TimeoutMilliseconds = otlp.Timeout,

            // What the environment says to SDKs is for applications; headers are set on the client.
            Headers = null,
            HttpClientFactory = () => CreateClient(otlp, handler),
        };
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The client, which the exporter keeps to the end, disposes the handler.")]
    private static SocketsHttpHandler CreateHandler(TelemetryOtlpOptions otlp, Uri target)
    {
        try
        {
            var tls = new TlsClient(
                new TlsClientOptions { CaFile = otlp.Certificate, CertFile = otlp.ClientCertificate, KeyFile = otlp.ClientKey },
                TimeProvider.System,
                NullLogger.Instance);
            return new SocketsHttpHandler
            {
                AllowAutoRedirect = false,
                ActivityHeadersPropagator = null,
                SslOptions = tls.CreateOptions(target.Host, protocols: null),
            };
        }
        catch (TlsFileException exception)
        {
            throw new ComponentStartException($"service::telemetry: the certificates for {target.Authority} cannot be used: {exception.Message}", exception);
        }
    }

    private static HttpClient CreateClient(TelemetryOtlpOptions otlp, SocketsHttpHandler handler)
    {
        var client = new HttpClient(handler) { Timeout = TimeSpan.FromMilliseconds(otlp.Timeout) };
        foreach (var header in otlp.Headers)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(header.Name, header.Value!.Reveal());
        }

        return client;
    }

    private static object Typed(ConfigScalar value) => value.Kind switch
    {
        ScalarKind.Bool => value.AsBool,
        ScalarKind.Int when value.TryGetInteger(out var integer) => integer,
        ScalarKind.Int or ScalarKind.Float => value.AsDouble,
        _ => value.Verbatim.ToString(CultureInfo.InvariantCulture),
    };
}
