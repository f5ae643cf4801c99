using System.Buffers.Text;
using System.Globalization;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Store.Writing;

/// <summary>
/// Turns values into the text that full-text search sees: strings as they are, numbers and truth values as in JSON, lists as the texts of
/// their elements. Keys are not part of it.
/// </summary>
internal static class LogText
{
    /// <summary>The field of <c>ArrayValue</c> and <c>KeyValueList</c> that holds the elements.</summary>
    private const int ValuesField = 1;

    /// <summary>
    /// Stands between the texts of two values: a private-use character, which the tokenizer takes for a word, so that no phrase reaches
    /// from one value into the next.
    /// </summary>
    private static ReadOnlySpan<byte> Separator => " \uE000 "u8;

    /// <summary>Appends the text of a value, and a separator before it if something precedes it.</summary>
    public static void Append(PooledBufferWriter output, AnyValue value)
    {
        switch (value.Kind)
        {
            case AnyValueKind.Array:
                AppendElements(output, value.Bytes);
                return;
            case AnyValueKind.KeyValueList:
                foreach (var member in new AttributeEnumerator(value.Bytes, ValuesField))
                {
                    Append(output, member.Value);
                }

                return;
            case AnyValueKind.Empty:
            case AnyValueKind.Bytes:
                return;
            default:
                if (output.Length > 0)
                {
                    output.Write(Separator);
                }

                AppendScalar(output, value);
                return;
        }
    }

    private static void AppendElements(PooledBufferWriter output, ReadOnlySpan<byte> array)
    {
        var reader = new ProtoReader(array);
        while (reader.TryReadTag())
        {
            if (reader is { Field: ValuesField, WireType: WireType.LengthDelimited })
            {
                if (reader.TryReadBytes(out var element))
                {
                    Append(output, AnyValue.Read(element));
                }
            }
            else if (!reader.TrySkip())
            {
                return;
            }
        }
    }

    private static void AppendScalar(PooledBufferWriter output, AnyValue value)
    {
        var written = 0;
        switch (value.Kind)
        {
            case AnyValueKind.String:
                output.Write(value.Bytes);
                return;
            case AnyValueKind.Bool:
                output.Write(value.Bool ? "true"u8 : "false"u8);
                return;
            case AnyValueKind.Int:
                Utf8Formatter.TryFormat(value.Int, output.GetSpan(20), out written);
                break;
            default:
                var space = output.GetSpan(32);
                value.Double.TryFormat(space, out written, default, CultureInfo.InvariantCulture);
                if (double.IsFinite(value.Double) && space[..written].IndexOfAny((byte)'.', (byte)'E') < 0)
                {
                    // As the JSON of records writes doubles, so that both can be searched by the same text.
                    ".0"u8.CopyTo(space[written..]);
                    written += 2;
                }

                break;
        }

        output.Advance(written);
    }
}
