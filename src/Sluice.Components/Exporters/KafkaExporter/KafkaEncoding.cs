using Sluice.Configuration;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>What messages are.</summary>
public enum KafkaEncoding
{
    /// <summary>Many records: an export request of OTLP.</summary>
    OtlpProto,

    /// <summary>Many records: an export request of OTLP-JSON.</summary>
    OtlpJson,

    /// <summary>One record: its envelope.</summary>
    Json,

    /// <summary>One record: a CloudEvent in structured mode.</summary>
    [OptionValue("cloudevents")]
    CloudEvents,

    /// <summary>One record: a CloudEvent in binary mode, its attributes in headers.</summary>
    [OptionValue("cloudevents_binary")]
    CloudEventsBinary,

    /// <summary>One log record: its body.</summary>
    Raw,
}
