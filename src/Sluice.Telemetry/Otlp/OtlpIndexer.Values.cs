namespace Sluice.Telemetry.Otlp;

/// <content>Attributes and their values.</content>
public static partial class OtlpIndexer
{
    private const uint KeyTag = (OtlpFields.KeyValue.Key << 3) | (uint)WireType.LengthDelimited;
    private const uint ValueTag = (OtlpFields.KeyValue.Value << 3) | (uint)WireType.LengthDelimited;
    private const uint StringTag = (OtlpFields.AnyValue.String << 3) | (uint)WireType.LengthDelimited;
    private const uint BoolTag = (OtlpFields.AnyValue.Bool << 3) | (uint)WireType.Varint;
    private const uint IntTag = (OtlpFields.AnyValue.Int << 3) | (uint)WireType.Varint;
    private const uint DoubleTag = (OtlpFields.AnyValue.Double << 3) | (uint)WireType.Fixed64;
    private const uint ArrayTag = (OtlpFields.AnyValue.Array << 3) | (uint)WireType.LengthDelimited;
    private const uint KeyValueListTag = (OtlpFields.AnyValue.KeyValueList << 3) | (uint)WireType.LengthDelimited;
    private const uint BytesTag = (OtlpFields.AnyValue.Bytes << 3) | (uint)WireType.LengthDelimited;

    /// <summary><c>ArrayValue.values</c> and <c>KeyValueList.values</c>.</summary>
    private const uint ListValuesTag = (1 << 3) | (uint)WireType.LengthDelimited;

    /// <summary>Checks a <c>KeyValue</c> that stands within <paramref name="depth"/> lists of its value.</summary>
    private static bool ScanKeyValue(ref Scan scan, int start, int end, int depth) =>
        (scan.IsKnownAscii(start, end) && IsPlainKeyValue(scan.Data[start..end])) || ScanAnyKeyValue(ref scan, start, end, depth);

    /// <summary>
    /// Recognizes the commonest attribute, a key and a short string or small number as every exporter writes them, in bytes
    /// that are all ASCII: all lengths in it are then one byte, and all text is valid.
    /// </summary>
    private static bool IsPlainKeyValue(ReadOnlySpan<byte> keyValue)
    {
        if (keyValue.Length < 2 || keyValue[0] != KeyTag || keyValue[1] + 6 > keyValue.Length)
        {
            return false;
        }

        var field = keyValue[(keyValue[1] + 2)..];
        return field[0] == ValueTag && field[1] == field.Length - 2
            && (field[2] == StringTag ? field[3] == field.Length - 4 : field[2] is (byte)IntTag or (byte)BoolTag && field.Length == 4);
    }

    private static bool ScanAnyKeyValue(ref Scan scan, int start, int end, int depth)
    {
        var data = scan.Data;
        var position = start;
        var hasValue = false;
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            if (tag is not (KeyTag or ValueTag))
            {
                if (!TrySkip(ref scan, ref position, end, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, end, out var length))
            {
                return scan.Malformed(position);
            }

            if (tag == KeyTag)
            {
                scan.Text(position, length);
            }
            else
            {
                if (hasValue)
                {
                    scan.Refuse(RejectionReason.SplitMessage);
                }

                hasValue = true;
                if (!ScanAnyValue(ref scan, position, position + length, depth))
                {
                    return false;
                }
            }

            position += length;
        }

        return true;
    }

    /// <summary>Checks an <c>AnyValue</c> that stands within <paramref name="depth"/> lists.</summary>
    private static bool ScanAnyValue(ref Scan scan, int start, int end, int depth)
    {
        var data = scan.Data;
        var position = start;
        var isSet = false;
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            if (tag is StringTag or BoolTag or IntTag or DoubleTag or ArrayTag or KeyValueListTag or BytesTag)
            {
                if (isSet)
                {
                    scan.Refuse(RejectionReason.SplitMessage);
                }

                isSet = true;
            }

            if (tag is not (StringTag or ArrayTag or KeyValueListTag))
            {
                if (!TrySkip(ref scan, ref position, end, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, end, out var length))
            {
                return scan.Malformed(position);
            }

            if (tag == StringTag)
            {
                scan.Text(position, length);
            }
            else if (!ScanList(ref scan, position, position + length, depth + 1, tag == ArrayTag))
            {
                return false;
            }

            position += length;
        }

        return true;
    }

    /// <summary>
    /// Checks an <c>ArrayValue</c> or a <c>KeyValueList</c>. What is nested too deep is refused unread: the recursion ends here.
    /// </summary>
    private static bool ScanList(ref Scan scan, int start, int end, int depth, bool isArray)
    {
        if (depth > scan.MaxDepth)
        {
            scan.Refuse(RejectionReason.TooDeep);
            return true;
        }

        var data = scan.Data;
        var position = start;
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            if (tag != ListValuesTag)
            {
                if (!TrySkip(ref scan, ref position, end, tag))
                {
                    return false;
                }

                continue;
            }

            if (!Wire.TryReadLength(data, ref position, end, out var length))
            {
                return scan.Malformed(position);
            }

            var isWellFormed = isArray
                ? ScanAnyValue(ref scan, position, position + length, depth)
                : ScanKeyValue(ref scan, position, position + length, depth);
            if (!isWellFormed)
            {
                return false;
            }

            position += length;
        }

        return true;
    }

    /// <summary>Passes over a field that needs no check beyond its form: a number, bytes, or one that is unknown here.</summary>
    private static bool TrySkip(ref Scan scan, ref int position, int end, uint tag)
    {
        var next = Wire.Skip(scan.Data, position, end, tag);
        if (next < 0)
        {
            return scan.Malformed(position);
        }

        position = next;
        return true;
    }
}
