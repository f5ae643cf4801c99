namespace Sluice.Telemetry.Otlp;

/// <summary>
/// The messages around records have one shape in all signals: a request holds resources in field 1; a resource container holds the
/// resource in 1, scopes in 2, the schema URL in 3; a scope container the scope in 1, records in 2, the schema URL in 3. Everything
/// except the children belongs to the container itself, unknown fields included.
/// </summary>
public static class OtlpContainer
{
    /// <summary>Resource containers in a request.</summary>
    public const int RequestResources = 1;

    /// <summary>The resource or scope itself in its container.</summary>
    public const int Own = 1;

    /// <summary>The scopes of a resource container; the records of a scope container.</summary>
    public const int Children = 2;

    /// <summary>The schema URL.</summary>
    public const int SchemaUrl = 3;

    /// <summary>Finds the message of the resource or scope itself in a container; empty when absent.</summary>
    public static ReadOnlySpan<byte> OwnMessage(ReadOnlySpan<byte> container) => Locate(container).Own(container);

    /// <summary>Finds the resource or scope itself and the schema URL.</summary>
    public static ContainerParts Locate(ReadOnlySpan<byte> container)
    {
        var parts = default(ContainerParts);
        var reader = new ProtoReader(container);
        while (reader.TryReadTag())
        {
            var field = reader.Field;
            if (reader.WireType != WireType.LengthDelimited || field is not (Own or SchemaUrl))
            {
                reader.TrySkip();
            }
            else if (reader.TryReadBytes(out var bytes))
            {
                parts = parts.With(field == Own, reader.Position - bytes.Length, bytes.Length);
            }

            if (reader.Malformed)
            {
                break;
            }
        }

        return parts;
    }

    /// <summary>Copies a container's own fields: all but its children.</summary>
    public static void CopyOwnFields(ReadOnlySpan<byte> container, ProtoWriter writer)
    {
        var reader = new ProtoReader(container);
        while (reader.TryReadTag() && reader.TrySkip())
        {
            if (reader.Field != Children || reader.WireType != WireType.LengthDelimited)
            {
                writer.Raw(reader.FieldBytes);
            }
        }
    }
}
