namespace Sluice.Load.Content;

/// <summary>What stands in a template where each request has something of its own. None of it can be part of the text around it.</summary>
internal static class Placeholder
{
    public const string Marker = "~id:0000000000000000";

    /// <summary>A fixed64: when the record begins.</summary>
    public const ulong Start = 0xFFA1_5EED_0000_FFA1;

    /// <summary>A fixed64: when it ends, or was observed.</summary>
    public const ulong End = 0xFFA2_5EED_0000_FFA2;

    public static ReadOnlySpan<byte> TraceId => [0xFB, 0x01, 0xFB, 0x02, 0xFB, 0x03, 0xFB, 0x04, 0xFB, 0x05, 0xFB, 0x06, 0xFB, 0x07, 0xFB, 0x08];

    public static ReadOnlySpan<byte> SpanId => [0xFC, 0x01, 0xFC, 0x02, 0xFC, 0x03, 0xFC, 0x04];

    public static ReadOnlySpan<byte> ParentId => [0xFD, 0x01, 0xFD, 0x02, 0xFD, 0x03, 0xFD, 0x04];
}
