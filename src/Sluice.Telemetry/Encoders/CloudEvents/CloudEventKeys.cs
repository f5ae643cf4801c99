namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>
/// The attributes of a log record that hold a CloudEvent. Those of the context are named by the semantic conventions; for what these do not
/// name there is a key beside theirs.
/// </summary>
public static class CloudEventKeys
{
    /// <summary>What all of them begin with.</summary>
    public static ReadOnlySpan<byte> Prefix => "cloudevents."u8;

    /// <summary><c>id</c>.</summary>
    public static ReadOnlySpan<byte> Id => "cloudevents.event_id"u8;

    /// <summary><c>source</c>.</summary>
    public static ReadOnlySpan<byte> Source => "cloudevents.event_source"u8;

    /// <summary><c>specversion</c>.</summary>
    public static ReadOnlySpan<byte> SpecVersion => "cloudevents.event_spec_version"u8;

    /// <summary><c>type</c>, which is the name of the event too.</summary>
    public static ReadOnlySpan<byte> Type => "cloudevents.event_type"u8;

    /// <summary><c>subject</c>.</summary>
    public static ReadOnlySpan<byte> Subject => "cloudevents.event_subject"u8;

    /// <summary><c>time</c> as it was written, where the record's time does not give the same text (<see cref="Rfc3339.WriteShortest"/>).</summary>
    public static ReadOnlySpan<byte> Time => "cloudevents.event_time"u8;

    /// <summary><c>datacontenttype</c>.</summary>
    public static ReadOnlySpan<byte> DataContentType => "cloudevents.event_data_content_type"u8;

    /// <summary><c>dataschema</c>.</summary>
    public static ReadOnlySpan<byte> DataSchema => "cloudevents.event_data_schema"u8;

    /// <summary>
    /// <see cref="JsonText"/> where the body is the JSON text of the data, since values of the data model could not hold one of its numbers.
    /// </summary>
    public static ReadOnlySpan<byte> DataEncoding => "cloudevents.event_data_encoding"u8;

    /// <summary>The value of <see cref="DataEncoding"/>.</summary>
    public static ReadOnlySpan<byte> JsonText => "json"u8;

    /// <summary>What the keys of extension attributes begin with; their names follow.</summary>
    public static ReadOnlySpan<byte> ExtensionPrefix => "cloudevents.extension."u8;
}
