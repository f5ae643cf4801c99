namespace Sluice.Telemetry.Otlp.Json;

/// <summary>What a field of an OTLP message holds, which says how it is written in protobuf and in JSON.</summary>
internal enum OtlpFieldKind : byte
{
    String,

    /// <summary>Bytes; base64 in JSON.</summary>
    Bytes,

    /// <summary>16 bytes; hexadecimal in JSON (OTLP specification, "JSON Protobuf Encoding").</summary>
    TraceId,

    /// <summary>8 bytes; hexadecimal in JSON.</summary>
    SpanId,

    Bool,
    Int64,
    UInt32,
    UInt64,
    SInt32,
    Fixed32,
    Fixed64,
    SFixed64,
    Double,
    Enum,
    Message,
}
