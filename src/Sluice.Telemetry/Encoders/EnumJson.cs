namespace Sluice.Telemetry.Encoders;

/// <summary>Writes enumerations by name; a value that OTLP 1.x does not define as its number, so that it is not lost.</summary>
internal static class EnumJson
{
    /// <summary><c>Span.SpanKind</c>, from 1.</summary>
    public static readonly byte[][] SpanKinds =
        ["internal"u8.ToArray(), "server"u8.ToArray(), "client"u8.ToArray(), "producer"u8.ToArray(), "consumer"u8.ToArray()];

    /// <summary><c>Status.StatusCode</c>, from 1.</summary>
    public static readonly byte[][] StatusCodes = ["ok"u8.ToArray(), "error"u8.ToArray()];

    /// <summary><c>AggregationTemporality</c>, from 1.</summary>
    public static readonly byte[][] Temporalities = ["delta"u8.ToArray(), "cumulative"u8.ToArray()];

    /// <summary>Writes the member <paramref name="name"/> (quoted, with the colon) unless the value is 0, which is "unspecified".</summary>
    public static void Write(ref JsonOutput json, ReadOnlySpan<byte> name, byte[][] names, int value)
    {
        if (value == 0)
        {
            return;
        }

        json.Name(name);
        if (value > 0 && value <= names.Length)
        {
            json.String(names[value - 1]);
        }
        else
        {
            json.Number((long)value);
        }
    }
}
