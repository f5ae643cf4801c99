using Sluice.Configuration;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.OtlpReceiver;

/// <summary>How OTLP/HTTP is served: the keys of the Collector's <c>confighttp</c> server and its paths.</summary>
[IgnoredOption("write_timeout", "answers are small; the server cuts off a client that takes them at less than 240 bytes a second")]
[UnsupportedOption("tls", "TLS is not there yet: listen on a loopback address behind a proxy that ends TLS")]
[UnsupportedOption("auth", "authentication is not there yet: listen on a loopback address behind a proxy that authenticates")]
[UnsupportedOption("cors", "browsers cannot send directly yet: let a proxy in front answer their preflight requests")]
[UnsupportedOption("middlewares", "there are no middleware extensions: put a proxy in front")]
public sealed record OtlpHttpOptions : IValidatableOptions
{
    private const int DefaultMaxBodySize = 20 << 20;

    /// <summary>Where it listens.</summary>
    [Option("Where it listens. Port 0 takes a free one.")]
    public EndpointText Endpoint { get; init; } = EndpointText.Parse("localhost:4318");

    /// <summary>The kind of socket.</summary>
    [Option("The kind of socket: tcp.")]
    public string Transport { get; init; } = "tcp";

    /// <summary>The path of traces.</summary>
    [Option("The path of traces.")]
    public string TracesUrlPath { get; init; } = "/v1/traces";

    /// <summary>The path of metrics.</summary>
    [Option("The path of metrics.")]
    public string MetricsUrlPath { get; init; } = "/v1/metrics";

    /// <summary>The path of logs.</summary>
    [Option("The path of logs.")]
    public string LogsUrlPath { get; init; } = "/v1/logs";

    /// <summary>Largest body.</summary>
    [Option("The largest body, as sent and inflated; 0 for 20MiB.", Min = 0, Max = 1 << 30)]
    public ByteSize MaxRequestBodySize { get; init; } = new(DefaultMaxBodySize);

    /// <summary>Accepted content codings.</summary>
    [Option("The compressions that are accepted: gzip, zlib, deflate, and \"\" for none.")]
    public IReadOnlyList<string> CompressionAlgorithms { get; init; } = ["", "gzip", "zlib", "deflate"];

    /// <summary>Whether request headers travel with the records.</summary>
    [Option("Whether the headers of requests are kept with their records, except authorization and cookies.")]
    public bool IncludeMetadata { get; init; }

    /// <summary>Headers added to every answer.</summary>
    [Option("Headers added to every answer.")]
    public IReadOnlyDictionary<string, string> ResponseHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>How long a request may take to arrive; zero for no limit.</summary>
    [Option("How long the body of a request may take to arrive; 0s for no limit but 240 bytes a second.", Min = 0)]
    public TimeSpan ReadTimeout { get; init; }

    /// <summary>How long its head may take; zero for no limit.</summary>
    [Option("How long the head of a request may take to arrive; 0s for no limit.", Min = 0)]
    public TimeSpan ReadHeaderTimeout { get; init; }

    /// <summary>How long a connection may be idle; zero for no limit.</summary>
    [Option("How long a connection may be idle before it is closed; 0s for ever.", Min = 0)]
    public TimeSpan IdleTimeout { get; init; }

    /// <summary>Whether connections serve more than one request.</summary>
    [Option("Whether a connection serves more than one request.")]
    public bool KeepAlivesEnabled { get; init; } = true;

    /// <summary>Limits of bodies.</summary>
    internal BodyLimits BodyLimits => new()
    {
        MaxSize = MaxRequestBodySize.Bytes == 0 ? DefaultMaxBodySize : (int)MaxRequestBodySize.Bytes,
        Codings = CompressionAlgorithms.Aggregate(ContentCodings.None, (codings, name) => codings | ContentCodingNames.Parse(name)),
    };

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        OtlpServerRules.CheckTransport(Transport, context);
        foreach (var name in CompressionAlgorithms.Where(name => ContentCodingNames.Parse(name) == ContentCodings.None))
        {
            context.Error("compression_algorithms", $"\"{name}\" is not supported", "leave it out; gzip, zlib, deflate and \"\" are supported");
        }

        foreach (var (name, value) in ResponseHeaders)
        {
            if (OtlpServerRules.FindHeaderFault(name, value) is { } fault)
            {
                context.Error("response_headers", fault, "write a header such as X-Served-By: sluice");
            }
        }

        (string Key, string Path)[] paths = [("traces_url_path", TracesUrlPath), ("metrics_url_path", MetricsUrlPath), ("logs_url_path", LogsUrlPath)];
        foreach (var (key, path) in paths)
        {
            if (!path.StartsWith('/') || path.AsSpan().ContainsAny('?', '#'))
            {
                context.Error(key, $"\"{path}\" is not a path", "begin it with a slash, without a query");
            }
            else if (paths.Any(other => other.Key != key && other.Path == path))
            {
                context.Error(key, $"\"{path}\" is the path of another signal too", "give every signal a path of its own");
            }
        }
    }
}
