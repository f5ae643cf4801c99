namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>Where a field of a document goes.</summary>
internal enum FieldTarget : byte
{
    /// <summary>An attribute of the record.</summary>
    Record,

    /// <summary>An attribute of the resource.</summary>
    Resource,

    /// <summary>The time.</summary>
    Time,

    /// <summary>The body.</summary>
    Body,

    /// <summary>The severity.</summary>
    Severity,

    /// <summary>The trace id.</summary>
    TraceId,

    /// <summary>The span id.</summary>
    SpanId,

    /// <summary>The name of the event.</summary>
    EventName,

    /// <summary>A part of the name of the data stream, which the request may say already.</summary>
    DataStream,
}
