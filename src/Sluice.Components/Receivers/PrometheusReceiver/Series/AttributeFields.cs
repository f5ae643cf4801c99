using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>Writes attributes of text as fields of OTLP.</summary>
internal static class AttributeFields
{
    private const int BytesType = 2;

    /// <summary>Writes one.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="field">The field that has attributes.</param>
    /// <param name="key">UTF-8.</param>
    /// <param name="value">UTF-8.</param>
    public static void Append(ByteScratch output, int field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var any = ProtoWriter.BytesFieldSize(OtlpFields.AnyValue.String, value.Length);
        Header(output, field, ProtoWriter.BytesFieldSize(OtlpFields.KeyValue.Key, key.Length) + ProtoWriter.BytesFieldSize(OtlpFields.KeyValue.Value, any));
        Header(output, OtlpFields.KeyValue.Key, key.Length);
        output.Append(key);
        Header(output, OtlpFields.KeyValue.Value, any);
        Header(output, OtlpFields.AnyValue.String, value.Length);
        output.Append(value);
    }

    /// <summary>Writes what stands before bytes.</summary>
    public static void Header(ByteScratch output, int field, int length)
    {
        output.AppendVarint(((ulong)field << 3) | BytesType);
        output.AppendVarint((ulong)length);
    }
}
