using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>How the records of one signal become messages: the Collector's <c>logs</c>, <c>metrics</c> and <c>traces</c>.</summary>
public sealed record KafkaSignalOptions : IValidatableOptions
{
    /// <summary>The topic.</summary>
    [Option("The topic.")]
    public string Topic { get; init; } = "";

    /// <summary>A header that names the topic instead; null for none.</summary>
    [Option("A header of incoming requests, kept with include_metadata, that names the topic instead, where a request has it.")]
    public string? TopicFromMetadataKey { get; init; }

    /// <summary>What messages are.</summary>
    [Option("What a message holds. Many records: otlp_proto, otlp_json. One record: json (the envelope), cloudevents (structured mode), cloudevents_binary, raw (the body of a log record).")]
    public KafkaEncoding Encoding { get; init; }

    /// <summary>What the key is.</summary>
    [Option("What the key of a message is, which chooses its partition and what is compacted: none, trace_id, resource (a hash of its attributes), service. Messages of many records hold records with one key only.")]
    public KafkaKeySource Key { get; init; }

    /// <summary>An attribute whose value is the key.</summary>
    [Option("An attribute of the record, or else of its resource, whose value is the key; records without it have none.")]
    public string? KeyFromAttribute { get; init; }

    /// <summary>A header whose value is the key.</summary>
    [Option("A header of incoming requests, kept with include_metadata, whose value is the key; records of requests without it have none.")]
    public string? MessageKeyFromMetadataKey { get; init; }

    /// <summary>Whether messages hold one record each.</summary>
    internal bool IsSingle => Encoding is not (KafkaEncoding.OtlpProto or KafkaEncoding.OtlpJson);

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (KafkaTopicName.FindFault(Topic) is { } fault)
        {
            context.Error("topic", $"\"{Topic}\" {fault}", KafkaTopicName.Remedy);
        }

        if ((Key == KafkaKeySource.None ? 0 : 1) + (KeyFromAttribute is null ? 0 : 1) + (MessageKeyFromMetadataKey is null ? 0 : 1) > 1)
        {
            context.Error("key", "there are several sources of the key", "keep one of key, key_from_attribute and message_key_from_metadata_key");
        }

        if (TopicFromMetadataKey is not null)
        {
            RequestHeaderNames.Validate(TopicFromMetadataKey, "topic_from_metadata_key", context);
        }

        if (MessageKeyFromMetadataKey is not null)
        {
            RequestHeaderNames.Validate(MessageKeyFromMetadataKey, "message_key_from_metadata_key", context);
        }
    }
}
