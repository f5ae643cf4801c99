using Sluice.Components.Exporters.HttpStatuses;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>Options of the <c>prometheusremotewrite</c> exporter: the Collector's keys, and Sluice's own for delivery.</summary>
[IgnoredOption("compression", "remote write is compressed with Snappy, as its specification says")]
[IgnoredOption("compression_params", "Snappy has no levels")]
[IgnoredOption("remote_write_queue", "the journal is the queue, and requests go one after the other, so that samples keep their order")]
[IgnoredOption("max_batch_request_parallelism", "requests go one after the other, so that samples keep their order")]
[IgnoredOption("wal", "every exporter is backed by the journal")]
[UnsupportedOption("http", "write its keys beside endpoint")]
[UnsupportedOption("export_created_metric", "leave it out, as the Collector has it no longer: remote write 2.0 (protobuf_message) says with every sample since when it counts")]
public sealed record PrometheusRemoteWriteExporterOptions : HttpClientOptions, IDeliveryOptions, IDeltaTaker
{
    private const int SmallestBatch = 10_000;

    /// <summary>What senders must not let be configured, beside the headers that say how requests are framed.</summary>
    private static readonly string[] ReservedHeaders = ["X-Prometheus-Remote-Write-Version", "User-Agent"];

    /// <summary>The body is compressed already when the client gets it.</summary>
    public PrometheusRemoteWriteExporterOptions() => Compression = ClientCompression.None;

    /// <summary>The address.</summary>
    [Option("The whole address of the receiver, such as http://prometheus:9090/api/v1/write.", Required = true)]
    public string Endpoint { get; init; } = "";

    /// <summary>Before every name; empty for nothing.</summary>
    [Option("What the names of all metrics begin with, followed by an underscore. target_info keeps its name.")]
    public string Namespace { get; init; } = "";

    /// <summary>Labels of every series.</summary>
    [Option("Labels that every series gets which has none of that name.")]
    public IReadOnlyDictionary<string, string> ExternalLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes of a request before compression.</summary>
    [Option("Bytes of a request before it is compressed. A data point of more goes in a request of its own.", Unit = "bytes", Min = SmallestBatch, Max = 1 << 30)]
    public int MaxBatchSizeBytes { get; init; } = 3_000_000;

    /// <summary>Whether unit and type are appended to names, where no strategy is given.</summary>
    [Option("Whether unit and type are appended to names; translation_strategy, where it is given, says so instead.")]
    public bool AddMetricSuffixes { get; init; } = true;

    /// <summary>How names are translated; null: as <see cref="AddMetricSuffixes"/> says.</summary>
    [Option("How names are translated: with characters other than letters, digits and underscores becoming underscores or not, with unit and type appended or not. Absent: UnderscoreEscapingWithSuffixes.")]
    public NameStrategy? TranslationStrategy { get; init; }

    /// <summary>Whether attributes of resources become labels.</summary>
    [Option("Whether attributes of resources become labels.")]
    public ResourceConversionOptions ResourceToTelemetryConversion { get; init; } = new();

    /// <summary><c>target_info</c>.</summary>
    [Option("The series target_info, whose labels are the attributes of resources.")]
    public TargetInfoOptions TargetInfo { get; init; } = new();

    /// <summary>Whether scopes make no labels.</summary>
    [Option("Whether the labels otel_scope_… are left out: name, version, schema URL and attributes of the scope.")]
    public bool DisableScopeInfo { get; init; }

    /// <summary>Whether metadata is sent.</summary>
    [Option("Whether type, unit and description of every metric are sent, once a minute, in requests of their own. Remote write 2.0 says them with every series, whatever this is.")]
    public bool SendMetadata { get; init; }

    /// <summary>The message that requests hold.</summary>
    [Option("The message that requests hold: that of remote write 1.0, or io.prometheus.write.v2.Request, that of 2.0. A receiver that does not know the latter gets the former.")]
    public RemoteWriteMessage ProtobufMessage { get; init; }

    /// <summary>Whether histograms with bounds of their own become native ones.</summary>
    [Option("Whether histograms become native histograms with custom buckets, one series each, instead of series …_bucket, …_sum and …_count. Only with remote write 2.0; when a receiver does not know that, they stay as they are.")]
    public bool ConvertHistogramsToNhcb { get; init; }

    /// <summary>What statuses mean.</summary>
    [Option("What answers mean, where that is not the usual: deliver, retry, reject, split or hold, by a status such as 401 or a class such as 4xx.")]
    public IReadOnlyDictionary<string, StatusAction> OnStatus { get; init; } = new Dictionary<string, StatusAction>();

    /// <summary>The time of one attempt; zero for no limit.</summary>
    [Option("How long one attempt may take, all requests of a batch included; 0s for no limit.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What happens when the receiver cannot take them.</summary>
    [Option("What happens when the receiver cannot take a request now.")]
    public RetryOptions RetryOnFailure { get; init; } = new() { InitialInterval = TimeSpan.FromMilliseconds(50) };

    /// <summary>Bytes it may lag behind.</summary>
    [Option("Bytes of the journal it may lag behind; absent for all of it.")]
    public ByteSize? MaxLag { get; init; }

    /// <summary>What happens when it lags too far.</summary>
    [Option("What happens when it lags too far: reject refuses new data for its pipelines, drop_oldest drops and counts the oldest.")]
    public OnFull OnFull { get; init; } = OnFull.Reject;

    /// <summary>Where it starts when it is new.</summary>
    [Option("Where it starts when it is new: latest (new records only) or earliest (all that the journal still holds).")]
    public StartAt StartAt { get; init; } = StartAt.Latest;

    /// <summary>Requests are cut by <see cref="MaxBatchSizeBytes"/>, and one at a time is under way.</summary>
    public SendingQueueOptions SendingQueue { get; } = new();

    /// <summary>The strategy that holds.</summary>
    internal NameStrategy Strategy => TranslationStrategy
        ?? (AddMetricSuffixes ? NameStrategy.UnderscoreEscapingWithSuffixes : NameStrategy.UnderscoreEscapingWithoutSuffixes);

    bool IDeltaTaker.TakesDeltas => false;

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        if (HttpAddress.FindFault(Endpoint) is { } fault)
        {
            context.Error("endpoint", $"\"{HttpAddress.WithoutSecrets(Endpoint)}\" {fault}", "write http://host:port/api/v1/write, or https://…");
        }

        StatusPolicy.Validate(OnStatus, context);
        foreach (var name in Headers.Keys.Where(name => ReservedHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            context.Error("headers", $"\"{name}\" is reserved by remote write", "leave it out");
        }

        var names = new NameTranslation(Strategy, Namespace);
        foreach (var twice in ExternalLabels.Keys.GroupBy(names.Label, StringComparer.Ordinal).Where(group => group.Count() > 1 || group.Key is "" or "__name__"))
        {
            context.Error("external_labels", $"\"{twice.Last()}\" becomes the label \"{twice.Key}\"", "give every label a name of its own, of letters, digits and underscores");
        }

        foreach (var (name, _) in ExternalLabels.Where(label => label.Value.Length == 0))
        {
            context.Error("external_labels", $"\"{name}\" is empty, which is no label to Prometheus", "give it a value, or remove it");
        }

        if (ConvertHistogramsToNhcb && ProtobufMessage != RemoteWriteMessage.Request)
        {
            context.Error("convert_histograms_to_nhcb", "remote write 1.0 has no custom buckets", "add protobuf_message: io.prometheus.write.v2.Request, or remove it");
        }

        if (TranslationStrategy is not null && context.IsSet("add_metric_suffixes"))
        {
            context.Error("add_metric_suffixes", "has no effect beside translation_strategy", "remove it");
        }
    }
}
