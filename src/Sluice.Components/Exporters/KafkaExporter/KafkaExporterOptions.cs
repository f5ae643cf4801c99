using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>Options of the <c>kafka</c> exporter: the Collector's keys, and its own for keys, headers and exactness.</summary>
[UnsupportedOption("topic", "use logs::topic, metrics::topic and traces::topic")]
[UnsupportedOption("encoding", "use logs::encoding, metrics::encoding and traces::encoding")]
[UnsupportedOption("profiles", "this version has no profiles")]
[UnsupportedOption("signal_header", "add signal to headers")]
[UnsupportedOption("allow_auto_topic_creation", "use producer::allow_auto_topic_creation")]
public sealed record KafkaExporterOptions : KafkaClientOptions, IDeliveryOptions
{
    /// <summary>Log records and events.</summary>
    [Option("How log records and events become messages.")]
    public KafkaSignalOptions Logs { get; init; } = new() { Topic = "otlp_logs" };

    /// <summary>Metrics.</summary>
    [Option("How metrics become messages.")]
    public KafkaSignalOptions Metrics { get; init; } = new() { Topic = "otlp_metrics" };

    /// <summary>Spans.</summary>
    [Option("How spans become messages.")]
    public KafkaSignalOptions Traces { get; init; } = new() { Topic = "otlp_spans" };

    /// <summary>The attribute that names the topic instead; null for none.</summary>
    [Option("An attribute of the resource that names the topic instead, where it is there; topic_from_metadata_key goes before it.")]
    public string? TopicFromAttribute { get; init; }

    /// <summary>Headers of requests that become headers of messages.</summary>
    [Option("Headers of incoming requests, kept with include_metadata, that become headers of messages.")]
    public IReadOnlyList<string> IncludeMetadataKeys { get; init; } = [];

    /// <summary>Headers of every message.</summary>
    [Option("Headers of every message.")]
    public IReadOnlyDictionary<string, string> RecordHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>Headers that say something of a message.</summary>
    [Option("Headers that say something of a message: content_type (content-type), signal (sluice-signal), service (sluice-service), record_id (sluice-record-id, of the first record), trace_context (traceparent). Service and trace context are those of messages of one record.")]
    public IReadOnlyList<KafkaHeaderSource> Headers { get; init; } = [KafkaHeaderSource.ContentType];

    /// <summary>Spans by trace.</summary>
    [Option("The same as traces::key: trace_id.")]
    public bool PartitionTracesById { get; init; }

    /// <summary>Metrics by resource.</summary>
    [Option("The same as metrics::key: resource.")]
    public bool PartitionMetricsByResourceAttributes { get; init; }

    /// <summary>Log records by resource.</summary>
    [Option("The same as logs::key: resource.")]
    public bool PartitionLogsByResourceAttributes { get; init; }

    /// <summary>Log records by trace.</summary>
    [Option("The same as logs::key: trace_id.", Key = "partition_logs_by_trace_id")]
    public bool PartitionLogsByTraceId { get; init; }

    /// <summary>How keys choose partitions.</summary>
    [Option("How keys choose partitions.")]
    public KafkaPartitionerOptions RecordPartitioner { get; init; } = new();

    /// <summary>How messages are sent.</summary>
    [Option("How messages are sent.")]
    public KafkaProducerOptions Producer { get; init; } = new();

    /// <summary>Whether each record is in Kafka once.</summary>
    [Option("Whether readers of committed messages get each record once: every batch is a transaction, which holds the exporter's cursor too. Needs cursor_topic.")]
    public bool ExactlyOnce { get; init; }

    /// <summary>Where cursors are.</summary>
    [Option("With exactly_once: the topic of cursors, which has to be there, compacted (cleanup.policy=compact). Exporters may share it.")]
    public string CursorTopic { get; init; } = "sluice_cursors";

    /// <summary>How long a transaction may take.</summary>
    [Option("With exactly_once: how long a batch may take before brokers give its transaction up, no more than their transaction.max.timeout.ms.", Min = 1, Max = 900)]
    public TimeSpan TransactionTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long until a batch that is not acknowledged shows.</summary>
    [Option("How long a batch may go without being acknowledged before the exporter is Degraded; it is then waited for on.", Min = 1, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How records are gathered.</summary>
    [Option("How records are gathered before they are sent. One batch is under way at a time, so that the order is kept.")]
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>What happens when Kafka cannot take them.</summary>
    [Option("What happens when Kafka does not take a batch. The client tries again by itself meanwhile.")]
    public RetryOptions RetryOnFailure { get; init; } = new() { InitialInterval = TimeSpan.FromMilliseconds(100), MaxInterval = TimeSpan.FromSeconds(5) };

    /// <summary>Bytes it may lag behind.</summary>
    [Option("Bytes of the journal it may lag behind; absent for all of it.")]
    public ByteSize? MaxLag { get; init; }

    /// <summary>What happens when it lags too far.</summary>
    [Option("What happens when it lags too far: reject refuses new data for its pipelines, drop_oldest drops and counts the oldest.")]
    public OnFull OnFull { get; init; } = OnFull.Reject;

    /// <summary>Where it starts when it is new.</summary>
    [Option("Where it starts when it is new: latest (new records only) or earliest (all that the journal still holds).")]
    public StartAt StartAt { get; init; } = StartAt.Latest;

    /// <summary>The options of a signal, with the Collector's older keys in them.</summary>
    internal KafkaSignalOptions LogsWithKey => Logs with
    {
        Key = PartitionLogsByTraceId ? KafkaKeySource.TraceId : PartitionLogsByResourceAttributes ? KafkaKeySource.Resource : Logs.Key,
    };

    /// <inheritdoc cref="LogsWithKey"/>
    internal KafkaSignalOptions MetricsWithKey => Metrics with { Key = PartitionMetricsByResourceAttributes ? KafkaKeySource.Resource : Metrics.Key };

    /// <inheritdoc cref="LogsWithKey"/>
    internal KafkaSignalOptions TracesWithKey => Traces with { Key = PartitionTracesById ? KafkaKeySource.TraceId : Traces.Key };

    /// <inheritdoc/>
    public override void Validate(OptionsValidation context)
    {
        base.Validate(context);
        if (PartitionLogsByTraceId && PartitionLogsByResourceAttributes)
        {
            context.Error("partition_logs_by_trace_id", "is given beside partition_logs_by_resource_attributes", "keep one of them");
        }

        RefuseSecondKey(PartitionTracesById, Traces, "partition_traces_by_id");
        RefuseSecondKey(PartitionMetricsByResourceAttributes, Metrics, "partition_metrics_by_resource_attributes");
        RefuseSecondKey(PartitionLogsByResourceAttributes, Logs, "partition_logs_by_resource_attributes");
        RefuseSecondKey(PartitionLogsByTraceId, Logs, "partition_logs_by_trace_id");
        RefuseForeign("metrics", Metrics);
        RefuseForeign("traces", Traces);
        if (TopicFromAttribute?.Length == 0)
        {
            context.Error("topic_from_attribute", "is empty", "name an attribute, or leave it out");
        }

        if (KafkaTopicName.FindFault(CursorTopic) is { } wrong)
        {
            context.Error("cursor_topic", $"\"{CursorTopic}\" {wrong}", KafkaTopicName.Remedy);
        }

        for (var i = 0; i < IncludeMetadataKeys.Count; i++)
        {
            RequestHeaderNames.Validate(IncludeMetadataKeys[i], $"include_metadata_keys[{i}]", context);
        }

        if (RecordHeaders.Keys.Any(name => name.Length == 0 || name.Contains('\0', StringComparison.Ordinal)))
        {
            context.Error("record_headers", "there is a header without a name", "give every header a name");
        }

        if (IncludeMetadataKeys.Count + RecordHeaders.Count > MostOwnHeaders)
        {
            context.Error("record_headers", $"there are more than {MostOwnHeaders} headers", "send fewer");
        }

        void RefuseSecondKey(bool isGiven, KafkaSignalOptions signal, string key)
        {
            if (isGiven && (signal.Key != KafkaKeySource.None || signal.KeyFromAttribute is not null || signal.MessageKeyFromMetadataKey is not null))
            {
                context.Error(key, "there are several sources of the key", "keep one of them");
            }
        }

        void RefuseForeign(string name, KafkaSignalOptions signal)
        {
            if (signal.Encoding == KafkaEncoding.Raw)
            {
                context.Error($"{name}::encoding", "only log records have a body", "use json, or another encoding");
            }
        }

        if (MetricsWithKey.Key == KafkaKeySource.TraceId)
        {
            context.Error("metrics::key", "metrics have no trace", "use resource or service");
        }
    }

    /// <summary>Leaves room for those of CloudEvents.</summary>
    private const int MostOwnHeaders = 24;
}
