namespace Sluice.Telemetry.Otlp;

/// <summary>Protobuf wire types (encoding specification, "Message Structure").</summary>
public enum WireType
{
    /// <summary>A base-128 integer.</summary>
    Varint = 0,

    /// <summary>Eight bytes, little-endian.</summary>
    Fixed64 = 1,

    /// <summary>A length and that many bytes.</summary>
    LengthDelimited = 2,

    /// <summary>Starts a group; deprecated, skipped as an unknown field.</summary>
    StartGroup = 3,

    /// <summary>Ends a group.</summary>
    EndGroup = 4,

    /// <summary>Four bytes, little-endian.</summary>
    Fixed32 = 5,
}
