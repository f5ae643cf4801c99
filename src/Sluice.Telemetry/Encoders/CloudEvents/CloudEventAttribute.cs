namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>One context attribute of a CloudEvent. Valid until the encoder that it came from reads the next record.</summary>
public readonly ref struct CloudEventAttribute
{
    internal CloudEventAttribute(CloudEventAttributeKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Kind = kind;
        Name = name;
        Value = value;
    }

    /// <summary>Its type.</summary>
    public CloudEventAttributeKind Kind { get; }

    /// <summary>Its name: lower-case ASCII letters and digits.</summary>
    public ReadOnlySpan<byte> Name { get; }

    /// <summary>
    /// Its canonical string representation, UTF-8: the value of a Kafka header <c>ce_…</c> as it stands. An HTTP header <c>ce-…</c> takes it
    /// by way of <see cref="CloudEventText.WriteHeaderValue"/>.
    /// </summary>
    public ReadOnlySpan<byte> Value { get; }
}
