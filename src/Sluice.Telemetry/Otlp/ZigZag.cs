namespace Sluice.Telemetry.Otlp;

/// <summary>The mapping of <c>sint32</c> to unsigned integers (protobuf encoding specification, "Signed Integers").</summary>
internal static class ZigZag
{
    /// <summary>The number that a varint stands for.</summary>
    public static int Decode32(ulong value) => (int)((uint)value >> 1) ^ -(int)((uint)value & 1);

    /// <summary>The varint that stands for a number.</summary>
    public static uint Encode32(int value) => (uint)((value << 1) ^ (value >> 31));
}
