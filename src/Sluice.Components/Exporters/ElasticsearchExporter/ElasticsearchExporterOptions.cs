using Sluice.Components.Exporters.Otlp;
using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Encoders.Elasticsearch;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>Options of the <c>elasticsearch</c> exporter: the Collector's keys, and Sluice's own for delivery.</summary>
[IgnoredOption("logs_dynamic_index", "records are always routed by their attributes unless logs_index is set")]
[IgnoredOption("metrics_dynamic_index", "data points are always routed by their attributes unless metrics_index is set")]
[IgnoredOption("traces_dynamic_index", "spans are always routed by their attributes unless traces_index is set")]
[IgnoredOption("retry", "retry_on_failure says how failures are retried, those of single documents too; nothing is dropped after a number of attempts")]
[IgnoredOption("num_workers", "sending_queue::num_consumers says how many requests are under way at once")]
[IgnoredOption("flush", "sending_queue::batch says when records are sent")]
[IgnoredOption("batcher", "sending_queue::batch says when records are sent")]
[IgnoredOption("suppress_conflict_errors", "a conflict means that a document is there already, and is counted as that")]
[IgnoredOption("bulk_response_filter_path", "of answers what is needed is asked for")]
[IgnoredOption("telemetry", "what is refused is kept with its reason in the dead letters")]
[UnsupportedOption("metadata_keys", "write them as sending_queue::batch::partition::metadata_keys")]
[UnsupportedOption("discover", "name the nodes in endpoints, or a load balancer in endpoint")]
public sealed record ElasticsearchExporterOptions : HttpClientOptions, IDeliveryOptions
{
    /// <summary>The one server.</summary>
    [Option("The server, such as https://elastic:9200. Without it, endpoints and cloudid: the servers in the environment variable ELASTICSEARCH_URL, separated by commas.")]
    public string? Endpoint { get; init; }

    /// <summary>Several servers of one cluster.</summary>
    [Option("Several servers of one cluster, which take turns; one that cannot be reached is left out for a while.")]
    public IReadOnlyList<string> Endpoints { get; init; } = [];

    /// <summary>The id of a deployment in Elastic Cloud.</summary>
    [Option("The Cloud ID of a deployment in Elastic Cloud, instead of an endpoint.", Key = "cloudid")]
    public string? CloudId { get; init; }

    /// <summary>The name for basic authentication.</summary>
    [Option("The name for basic authentication; with password.")]
    public string? User { get; init; }

    /// <summary>The password for basic authentication.</summary>
    [Option("The password for basic authentication; with user.")]
    public Secret? Password { get; init; }

    /// <summary>An API key.</summary>
    [Option("An API key, in the form that Elasticsearch calls encoded.")]
    public Secret? ApiKey { get; init; }

    /// <summary>The time of one attempt; zero for no limit.</summary>
    [Option("How long one attempt may take, connecting included; 0s for no limit.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(90);

    /// <summary>The shapes of documents.</summary>
    [Option("What documents look like.")]
    public MappingOptions Mapping { get; init; } = new();

    /// <summary>The index of logs.</summary>
    [Option("The index, alias or data stream of all logs and of events of spans. Without it each is routed by its attributes.")]
    public string LogsIndex { get; init; } = "";

    /// <summary>The index of spans.</summary>
    [Option("The index, alias or data stream of all spans. Without it each is routed by its attributes.")]
    public string TracesIndex { get; init; } = "";

    /// <summary>The index of metrics.</summary>
    [Option("The index, alias or data stream of all metrics. Without it each data point is routed by its attributes.")]
    public string MetricsIndex { get; init; } = "";

    /// <summary>Indices with a date.</summary>
    [Option("Indices with a date in their names.")]
    public LogstashFormatOptions LogstashFormat { get; init; } = new();

    /// <summary>Whether logs bring their ids.</summary>
    [Option("Ids of documents that log records and events bring with them.")]
    public DynamicIdOptions LogsDynamicId { get; init; } = new();

    /// <summary>Whether spans bring their ids.</summary>
    [Option("Ids of documents that spans bring with them.")]
    public DynamicIdOptions TracesDynamicId { get; init; } = new();

    /// <summary>Whether logs name their ingest pipelines.</summary>
    [Option("Ingest pipelines that log records name by the attribute elasticsearch.ingest_pipeline.")]
    public DynamicPipelineOptions LogsDynamicPipeline { get; init; } = new();

    /// <summary>The ingest pipeline of all documents.</summary>
    [Option("The ingest pipeline that all documents go through.")]
    public string Pipeline { get; init; } = "";

    /// <summary>Whether the reasons of refusals may quote documents.</summary>
    [Option("Whether reasons of refusals, which the dead letters keep, may quote the document (Elasticsearch 8.18 and later); absent for what the server does by itself.")]
    public bool? IncludeSourceOnError { get; init; }

    /// <summary>Whether documents are looked up that may be there.</summary>
    [Option("Whether documents that an attempt may have stored whose answer was lost are looked up before they are created again. That takes the privileges read and view_index_metadata. With false a document may be stored twice when its data stream rolls over in between.")]
    public bool LookUp { get; init; } = true;

    /// <summary>How records are gathered.</summary>
    [Option("How records are gathered before they are sent. Without batch: by 1MiB of records, at most 4MiB, or 200ms.")]
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>What happens when the cluster cannot take documents.</summary>
    [Option("What happens when the cluster cannot take a request, or documents of it, now.")]
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

    /// <summary>The addresses of the servers, without a slash at the end. Only of options that are valid.</summary>
    internal IReadOnlyList<Uri> Addresses => [.. Texts.Select(text => new Uri(text.TrimEnd('/')))];

    /// <summary>What documents look like, and where they go. Only of options that are valid.</summary>
    internal DocumentOptions Documents => new()
    {
        Mapping = Mapping.Mode,
        AllowedMappings = Mapping.AllowedModes.Count == 0 ? Enum.GetValues<DocumentMapping>() : [.. Mapping.AllowedModes],
        LogsIndex = LogsIndex,
        TracesIndex = TracesIndex,
        MetricsIndex = MetricsIndex,
        Date = LogstashFormat.Enabled && DatePattern.TryParse(LogstashFormat.DateFormat, out var date, out _) ? date : null,
        DateSeparator = LogstashFormat.PrefixSeparator,
        LogIds = LogsDynamicId.Ids,
        SpanIds = TracesDynamicId.Ids,
        LogPipelines = LogsDynamicPipeline.Enabled,
    };

    private IReadOnlyList<string> Texts =>
        !string.IsNullOrEmpty(Endpoint) ? [Endpoint]
        : Endpoints.Count > 0 ? Endpoints
        : !string.IsNullOrEmpty(CloudId) ? [Exporters.ElasticsearchExporter.CloudId.TryParse(CloudId, out var address) ? address : ""]
        : [.. (Environment.GetEnvironmentVariable("ELASTICSEARCH_URL") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        ValidateAddresses(context);
        if (Compression == ClientCompression.Deflate)
        {
            context.Error("compression", "deflate is not what Elasticsearch takes", "write gzip or none");
        }

        if ((User is null) != (Password is null))
        {
            context.Error(User is null ? "password" : "user", "is of no use alone", "give both user and password, or neither");
        }

        if (User is not null && ApiKey is not null)
        {
            context.Error("api_key", "and user are two ways to say who it is", "leave one of them out");
        }

        if (LogsDynamicId.From == NaturalIdSource.Span)
        {
            context.Error("logs_dynamic_id::from", "span gives all log records of a span one id", "write attribute, and the name of one");
        }

        if (LogstashFormat.Enabled && !DatePattern.TryParse(LogstashFormat.DateFormat, out _, out var fault))
        {
            context.Error("logstash_format::date_format", fault, "use %Y %y %m %d %j %H %M %S and text");
        }

        foreach (var (key, name) in new[] { ("logs_index", LogsIndex), ("traces_index", TracesIndex), ("metrics_index", MetricsIndex) })
        {
            if (name.Length > 0 && DocumentTarget.FindFault(name) is { } nameFault)
            {
                context.Error(key, $"is {nameFault}, which no index can have", "write the name of one index, alias or data stream");
            }
        }
    }

    private void ValidateAddresses(OptionsValidation context)
    {
        var given = new[] { !string.IsNullOrEmpty(Endpoint), Endpoints.Count > 0, !string.IsNullOrEmpty(CloudId) }.Count(isGiven => isGiven);
        if (given > 1)
        {
            context.Error("endpoint", "endpoint, endpoints and cloudid say the same thing", "keep one of them");
            return;
        }

        if (!string.IsNullOrEmpty(CloudId) && !Exporters.ElasticsearchExporter.CloudId.TryParse(CloudId, out _))
        {
            context.Error("cloudid", "is no Cloud ID", "copy it from the page of the deployment: a name, a colon, and base64");
            return;
        }

        if (Texts.Count == 0)
        {
            context.Error("endpoint", "is missing", "give the server, such as http://elastic:9200, or set ELASTICSEARCH_URL");
        }

        foreach (var text in Texts)
        {
            if (ServerAddress.FindFault(text) is { } fault)
            {
                context.Error(Endpoints.Count > 0 ? "endpoints" : "endpoint", $"\"{ServerAddress.WithoutSecrets(text)}\" {fault}", "write http://host:port or https://host:port, with a path where there is one");
            }
        }
    }
}
