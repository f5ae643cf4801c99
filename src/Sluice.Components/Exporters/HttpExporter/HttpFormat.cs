using Sluice.Configuration;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>What the body of a request is.</summary>
public enum HttpFormat
{
    /// <summary>Many records: the envelope, one object on each line.</summary>
    JsonLines,

    /// <summary>Many records: an array of envelopes.</summary>
    JsonArray,

    /// <summary>One record: its envelope.</summary>
    Json,

    /// <summary>One record: its type, its time, and the envelope as data, which is the payload that Standard Webhooks describes.</summary>
    Webhook,

    /// <summary>Many records: an export request of OTLP-JSON.</summary>
    OtlpJson,

    /// <summary>One record: a CloudEvent in structured mode.</summary>
    [OptionValue("cloudevents")]
    CloudEvents,

    /// <summary>One record: a CloudEvent in binary mode, its attributes in headers.</summary>
    [OptionValue("cloudevents_binary")]
    CloudEventsBinary,

    /// <summary>Many records: CloudEvents in batched mode.</summary>
    [OptionValue("cloudevents_batch")]
    CloudEventsBatch,
}
