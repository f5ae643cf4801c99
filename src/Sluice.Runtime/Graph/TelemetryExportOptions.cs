using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary>One entry of <c>service::telemetry::traces::processors</c> and of that of logs.</summary>
[UnsupportedOption("simple", "use batch: nothing here may wait for the network")]
public sealed record TelemetryProcessorOptions
{
    /// <summary>Gathered, and sent in the background.</summary>
    [Option("Gathered, and sent in the background.", Required = true)]
    public TelemetryBatchOptions? Batch { get; init; }
}

/// <summary><c>batch</c> of a processor.</summary>
public sealed record TelemetryBatchOptions
{
    /// <summary>How often it sends.</summary>
    [Option("How often it sends.", Unit = "milliseconds", Min = 1, Max = int.MaxValue)]
    public int ScheduleDelay { get; init; } = 1000;

    /// <summary>How long one sending may take.</summary>
    [Option("How long one sending may take.", Unit = "milliseconds", Min = 1, Max = int.MaxValue)]
    public int ExportTimeout { get; init; } = 30_000;

    /// <summary>How many may wait.</summary>
    [Option("How many may wait; beyond, new ones are dropped.", Min = 1, Max = 1_000_000)]
    public int MaxQueueSize { get; init; } = 2048;

    /// <summary>How many go at once.</summary>
    [Option("How many go at once, at most max_queue_size.", Min = 1, Max = 1_000_000)]
    public int MaxExportBatchSize { get; init; } = 512;

    /// <summary>What sends.</summary>
    [Option("What sends.", Required = true)]
    public TelemetryExporterOptions? Exporter { get; init; }
}

/// <summary><c>exporter</c> of a processor.</summary>
[UnsupportedOption("console", "own logs are on stderr without it; send traces with otlp")]
[UnsupportedOption("otlp_http", "write otlp with protocol: http/protobuf")]
[UnsupportedOption("otlp_grpc", "write otlp with protocol: grpc")]
public sealed record TelemetryExporterOptions
{
    /// <summary>OTLP.</summary>
    [Option("OTLP.", Required = true)]
    public TelemetryOtlpOptions? Otlp { get; init; }
}

/// <summary><c>otlp</c> of an exporter of own telemetry, with the keys of the SDKs' declarative configuration.</summary>
[UnsupportedOption("headers_list", "write headers, a list of name and value")]
public record TelemetryOtlpOptions : IValidatableOptions
{
    private static readonly string[] Schemes = ["http", "https"];

    /// <summary>How it is spoken.</summary>
    [Option("How OTLP is spoken.", Required = true)]
    public TelemetryProtocol Protocol { get; init; }

    /// <summary>Where it goes.</summary>
    [Option("Where it goes, such as https://collector:4318. Over HTTP the path of the signal is added unless there is a path. None of this instance's own receivers.", Required = true)]
    public string Endpoint { get; init; } = "";

    /// <summary>Whether an endpoint without a scheme is spoken to in the clear.</summary>
    [Option("Whether an endpoint without a scheme is spoken to without TLS.")]
    public bool Insecure { get; init; }

    /// <summary>Headers of every request.</summary>
    [Option("Headers of every request.")]
    public IReadOnlyList<TelemetryHeaderOptions> Headers { get; init; } = [];

    /// <summary>How requests are compressed.</summary>
    [Option("How requests are compressed.")]
    public TelemetryCompression Compression { get; init; }

    /// <summary>The time of one request.</summary>
    [Option("How long one request may take.", Unit = "milliseconds", Min = 1, Max = int.MaxValue)]
    public int Timeout { get; init; } = 10_000;

    /// <summary>Whom to trust.</summary>
    [Option("A PEM file with the certificates of the authorities to trust; absent for the system's.")]
    public string? Certificate { get; init; }

    /// <summary>The certificate of this client.</summary>
    [Option("A PEM file with this client's certificate.")]
    public string? ClientCertificate { get; init; }

    /// <summary>Its key.</summary>
    [Option("A PEM file with the key of client_certificate.")]
    public string? ClientKey { get; init; }

    /// <summary>The endpoint with its scheme; null when it is not one.</summary>
    public Uri? Target =>
        Uri.TryCreate(Endpoint.Contains("://", StringComparison.Ordinal) ? Endpoint : $"{(Insecure ? "http" : "https")}://{Endpoint}", UriKind.Absolute, out var target)
        && Schemes.Contains(target.Scheme) && target.Host.Length > 0
            ? target
            : null;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Target is null)
        {
            context.Error("endpoint", "is not an address of OTLP", "write http://host:port or https://host:port");
        }

        if (ClientCertificate is null != ClientKey is null)
        {
            context.Error(ClientKey is null ? "client_certificate" : "client_key", "stands alone", "give client_certificate and client_key together");
        }
    }
}

/// <summary><c>otlp</c> of a reader of metrics.</summary>
[IgnoredOption("default_histogram_aggregation", "every histogram has buckets of its own")]
public sealed record TelemetryMetricOtlpOptions : TelemetryOtlpOptions
{
    /// <summary>What counts are counted from.</summary>
    [Option("What counters and histograms count from: the start (cumulative), the sending before (delta), or, with lowmemory, whichever needs less memory.")]
    public TelemetryTemporality TemporalityPreference { get; init; }
}

/// <summary>One header of own telemetry.</summary>
public sealed record TelemetryHeaderOptions
{
    /// <summary>Its name.</summary>
    [Option("Its name.", Required = true)]
    public string Name { get; init; } = "";

    /// <summary>Its value.</summary>
    [Option("Its value.", Required = true)]
    public Secret? Value { get; init; }
}

/// <summary>How own telemetry speaks OTLP.</summary>
public enum TelemetryProtocol
{
    /// <summary>gRPC.</summary>
    Grpc,

    /// <summary>HTTP with protobuf.</summary>
    [OptionValue("http/protobuf")]
    HttpProtobuf,
}

/// <summary>How own telemetry is compressed.</summary>
public enum TelemetryCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,
}

/// <summary>What own metrics count from.</summary>
public enum TelemetryTemporality
{
    /// <summary>The start of the instance.</summary>
    Cumulative,

    /// <summary>The sending before.</summary>
    Delta,

    /// <summary>Whichever needs less memory.</summary>
    [OptionValue("lowmemory", "low_memory")]
    LowMemory,
}
