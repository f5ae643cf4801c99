using System.Buffers.Binary;
using System.Text;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Editing;

/// <summary>Where an <see cref="AttributeOperation"/> takes its value from. Immutable.</summary>
public sealed class AttributeSource
{
    private AttributeSource(byte[]? literal, byte[]? attribute, string? context)
    {
        EncodedLiteral = literal;
        Attribute = attribute;
        Context = context;
    }

    /// <summary>An encoded <c>AnyValue</c>, or null.</summary>
    internal byte[]? EncodedLiteral { get; }

    /// <summary>The UTF-8 key of another attribute, or null.</summary>
    internal byte[]? Attribute { get; }

    /// <summary>A name that the context knows, or null.</summary>
    internal string? Context { get; }

    /// <summary>A text.</summary>
    public static AttributeSource Literal(string value) => LengthDelimited(OtlpFields.AnyValue.String, Encoding.UTF8.GetBytes(value));

    /// <summary>A bool.</summary>
    public static AttributeSource Literal(bool value) => Varint(OtlpFields.AnyValue.Bool, value ? 1UL : 0);

    /// <summary>An int.</summary>
    public static AttributeSource Literal(long value) => Varint(OtlpFields.AnyValue.Int, (ulong)value);

    /// <summary>A double.</summary>
    public static AttributeSource Literal(double value)
    {
        var encoded = new byte[9];
        encoded[0] = (OtlpFields.AnyValue.Double << 3) | (int)WireType.Fixed64;
        BinaryPrimitives.WriteDoubleLittleEndian(encoded.AsSpan(1), value);
        return new AttributeSource(encoded, null, null);
    }

    /// <summary>An encoded <c>AnyValue</c> of any kind.</summary>
    public static AttributeSource EncodedValue(ReadOnlySpan<byte> anyValue) => new(anyValue.ToArray(), null, null);

    /// <summary>The value of another attribute of the same message.</summary>
    public static AttributeSource FromAttribute(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return new AttributeSource(null, Encoding.UTF8.GetBytes(key), null);
    }

    /// <summary>A text that the context of the edit knows by this name (see <see cref="IAttributeContext"/>).</summary>
    public static AttributeSource FromContext(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new AttributeSource(null, null, name);
    }

    private static AttributeSource Varint(int field, ulong value)
    {
        Span<byte> encoded = stackalloc byte[11];
        encoded[0] = (byte)(field << 3);
        var length = 1 + ProtoWriter.WriteVarint(encoded[1..], value);
        return new AttributeSource(encoded[..length].ToArray(), null, null);
    }

    private static AttributeSource LengthDelimited(int field, ReadOnlySpan<byte> value)
    {
        var encoded = new byte[ProtoWriter.BytesFieldSize(field, value.Length)];
        encoded[0] = (byte)((field << 3) | (int)WireType.LengthDelimited);
        ProtoWriter.WriteVarint(encoded.AsSpan(1), (ulong)value.Length);
        value.CopyTo(encoded.AsSpan(encoded.Length - value.Length));
        return new AttributeSource(encoded, null, null);
    }
}
