using System.Text;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>A field of an OTLP message.</summary>
internal sealed class OtlpField
{
    public OtlpField(int number, string name, OtlpFieldKind kind)
    {
        Number = number;
        Name = Encoding.UTF8.GetBytes(name);
        JsonName = Encoding.UTF8.GetBytes(LowerCamelCase(name));
        QuotedName = [(byte)'"', .. JsonName, (byte)'"', (byte)':'];
        Kind = kind;
    }

    public int Number { get; }

    /// <summary>The name in the protocol's definition, which ProtoJSON readers accept too.</summary>
    public byte[] Name { get; }

    public byte[] JsonName { get; }

    /// <summary>The JSON name quoted, with the colon.</summary>
    public byte[] QuotedName { get; }

    public OtlpFieldKind Kind { get; }

    public bool Repeated { get; init; }

    /// <summary>The default value is written too, since absent means something else: <c>optional</c> and members of a <c>oneof</c>.</summary>
    public bool HasPresence { get; init; }

    /// <summary>A member of the message's <c>oneof</c>, of which no OTLP message has more than one.</summary>
    public bool InOneof { get; init; }

    /// <summary>Of <see cref="OtlpFieldKind.Message"/>.</summary>
    public OtlpMessage? Message { get; init; }

    /// <summary>Of <see cref="OtlpFieldKind.Enum"/>.</summary>
    public OtlpEnum? Enum { get; init; }

    /// <summary>Index among the fields of its message; the members of a <c>oneof</c> share that of the first.</summary>
    public int Slot { get; set; }

    /// <summary>How one value is on the wire.</summary>
    public WireType WireType => Kind switch
    {
        OtlpFieldKind.Bool or OtlpFieldKind.Int64 or OtlpFieldKind.UInt32 or OtlpFieldKind.UInt64 or OtlpFieldKind.SInt32
            or OtlpFieldKind.Enum => WireType.Varint,
        OtlpFieldKind.Fixed32 => WireType.Fixed32,
        OtlpFieldKind.Fixed64 or OtlpFieldKind.SFixed64 or OtlpFieldKind.Double => WireType.Fixed64,
        _ => WireType.LengthDelimited,
    };

    /// <summary>Repeated, and written as one packed field.</summary>
    public bool Packed => Repeated && WireType != WireType.LengthDelimited;

    /// <summary>Whether a value on the wire can be one of this field.</summary>
    public bool Accepts(WireType type) => type == WireType || (Packed && type == WireType.LengthDelimited);

    private static string LowerCamelCase(string name)
    {
        var words = name.Split('_');
        return words[0] + string.Concat(words.Skip(1).Select(static word => char.ToUpperInvariant(word[0]) + word[1..]));
    }
}
