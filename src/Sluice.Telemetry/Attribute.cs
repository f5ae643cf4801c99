using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry;

/// <summary>One <c>KeyValue</c>, read in place.</summary>
public readonly ref struct Attribute
{
    /// <summary>Reads an encoded <c>KeyValue</c>.</summary>
    public Attribute(ReadOnlySpan<byte> keyValue)
    {
        Encoded = keyValue;
        var reader = new ProtoReader(keyValue);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.KeyValue.Key, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out var key))
            {
                Key = key;
            }
            else if (reader is { Field: OtlpFields.KeyValue.Value, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out var value))
            {
                EncodedValue = value;
            }
            else if (reader.Malformed || !reader.TrySkip())
            {
                return;
            }
        }
    }

    /// <summary>The whole <c>KeyValue</c> message.</summary>
    public ReadOnlySpan<byte> Encoded { get; }

    /// <summary>The key, UTF-8.</summary>
    public ReadOnlySpan<byte> Key { get; }

    /// <summary>The encoded <c>AnyValue</c>; empty when absent.</summary>
    public ReadOnlySpan<byte> EncodedValue { get; }

    /// <summary>The value.</summary>
    public AnyValue Value => AnyValue.Read(EncodedValue);
}
