namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>A header that says something of a message.</summary>
public enum KafkaHeaderSource
{
    /// <summary><c>content-type</c>: the media type of the message.</summary>
    ContentType,

    /// <summary><c>sluice-signal</c>: logs, traces or metrics.</summary>
    Signal,

    /// <summary><c>sluice-service</c>: the name of the service, of messages of one record.</summary>
    Service,

    /// <summary><c>sluice-record-id</c>: the id of the record, or of the first record of the message.</summary>
    RecordId,

    /// <summary><c>traceparent</c>: where in its trace the record was made, of messages of one record.</summary>
    TraceContext,
}
