using System.Text;
using Sluice.Buffers;
using Sluice.Configuration;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Processors.Actions;

/// <summary>Values written in the configuration, as encoded <c>AnyValue</c>s.</summary>
internal static class LiteralValue
{
    /// <summary>Field of the elements of an <c>ArrayValue</c> and of the members of a <c>KeyValueList</c>.</summary>
    private const int ListValues = 1;

    /// <summary>What keeps a node from being a value; null when nothing does.</summary>
    public static string? FindFault(ConfigNode node) => node switch
    {
        ConfigScalar { Kind: ScalarKind.Int } scalar when !scalar.TryGetInteger(out _) => $"{scalar.Text} does not fit 64 bits",
        ConfigList list => list.Items.Select(FindFault).FirstOrDefault(static fault => fault is not null),
        ConfigMap map => map.Entries.Select(static entry => FindFault(entry.Value)).FirstOrDefault(static fault => fault is not null),
        _ => null,
    };

    /// <summary>Encodes a node without a fault.</summary>
    public static byte[] Encode(ConfigNode node)
    {
        using var pool = new BufferPool();
        using var output = new PooledBufferWriter(pool, "literal of an action");
        Write(node, new ProtoWriter(output));
        return output.WrittenSpan.ToArray();
    }

    private static void Write(ConfigNode node, ProtoWriter writer)
    {
        switch (node)
        {
            case ConfigScalar scalar:
                WriteScalar(scalar, writer);
                break;
            case ConfigList list:
                var array = writer.BeginMessage(OtlpFields.AnyValue.Array);
                foreach (var item in list.Items)
                {
                    var element = writer.BeginMessage(ListValues);
                    Write(item, writer);
                    writer.EndMessage(element);
                }

                writer.EndMessage(array);
                break;
            case ConfigMap map:
                var members = writer.BeginMessage(OtlpFields.AnyValue.KeyValueList);
                foreach (var entry in map.Entries)
                {
                    var member = writer.BeginMessage(ListValues);
                    writer.Bytes(OtlpFields.KeyValue.Key, Encoding.UTF8.GetBytes(entry.Key));
                    var value = writer.BeginMessage(OtlpFields.KeyValue.Value);
                    Write(entry.Value, writer);
                    writer.EndMessage(value);
                    writer.EndMessage(member);
                }

                writer.EndMessage(members);
                break;
            default:
                throw new InvalidOperationException($"{node.GetType().Name} is no kind of value.");
        }
    }

    private static void WriteScalar(ConfigScalar scalar, ProtoWriter writer)
    {
        switch (scalar.Kind)
        {
            case ScalarKind.Null:
                break;
            case ScalarKind.Bool:
                writer.Varint(OtlpFields.AnyValue.Bool, scalar.AsBool ? 1UL : 0);
                break;
            case ScalarKind.Int when scalar.TryGetInteger(out var integer):
                writer.Varint(OtlpFields.AnyValue.Int, (ulong)integer);
                break;
            case ScalarKind.Float:
                writer.Fixed64(OtlpFields.AnyValue.Double, BitConverter.DoubleToUInt64Bits(scalar.AsDouble));
                break;
            default:
                writer.Bytes(OtlpFields.AnyValue.String, Encoding.UTF8.GetBytes(scalar.Verbatim));
                break;
        }
    }
}
