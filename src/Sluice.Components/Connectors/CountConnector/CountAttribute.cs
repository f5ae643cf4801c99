using System.Text;
using Sluice.Buffers;
using Sluice.Configuration;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>An attribute by which is counted, compiled.</summary>
internal sealed class CountAttribute
{
    public CountAttribute(CountAttributeOptions options, BufferPool pool)
    {
        Key = Encoding.UTF8.GetBytes(options.Key);
        Default = Encode(options.DefaultValue as ConfigScalar, pool);
    }

    public byte[] Key { get; }

    /// <summary>The encoded <c>AnyValue</c> of what lacks it; null for none.</summary>
    public byte[]? Default { get; }

    private static byte[]? Encode(ConfigScalar? value, BufferPool pool)
    {
        if (value is null or { IsNull: true } or { Kind: ScalarKind.String, Verbatim.Length: 0 })
        {
            return null;
        }

        using var output = new PooledBufferWriter(pool, "default of an attribute");
        var writer = new ProtoWriter(output);
        switch (value.Kind)
        {
            case ScalarKind.Int when value.TryGetInteger(out var integer):
                writer.Varint(OtlpFields.AnyValue.Int, (ulong)integer);
                break;
            case ScalarKind.Float:
                writer.Fixed64(OtlpFields.AnyValue.Double, BitConverter.DoubleToUInt64Bits(value.AsDouble));
                break;
            default:
                writer.Bytes(OtlpFields.AnyValue.String, Encoding.UTF8.GetBytes(value.Verbatim));
                break;
        }

        return output.WrittenSpan.ToArray();
    }
}
