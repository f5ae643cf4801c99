namespace Sluice.Telemetry.Encoders;

/// <summary>How the elements of a repeated numeric field are on the wire.</summary>
internal enum NumberEncoding
{
    /// <summary>Unsigned varints.</summary>
    Varint,

    /// <summary>Unsigned integers of eight bytes.</summary>
    Fixed64,

    /// <summary>Doubles.</summary>
    Double,
}
