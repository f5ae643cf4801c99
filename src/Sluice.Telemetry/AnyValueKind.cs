namespace Sluice.Telemetry;

/// <summary>The kinds of <c>opentelemetry.proto.common.v1.AnyValue</c>.</summary>
public enum AnyValueKind : byte
{
    /// <summary>No value is set.</summary>
    Empty,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A signed 64-bit integer.</summary>
    Int,

    /// <summary>An IEEE 754 double.</summary>
    Double,

    /// <summary>A list of values.</summary>
    Array,

    /// <summary>A list of keys with values.</summary>
    KeyValueList,

    /// <summary>Bytes.</summary>
    Bytes,
}
