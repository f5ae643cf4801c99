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
    private static bool ScanKeyValue(ref Scan scan, int start, int end, int depth)
    {
        if (scan.IsChecked)
        {
            return true;
        }

        if (!Attribute.TryFindPlainValue(scan.Data[start..end], out var valueAt))
        {
            return ScanAnyKeyValue(ref scan, start, end, depth);
        }

        scan.Text(start + Attribute.PlainHeader, valueAt - (2 * Attribute.PlainHeader));
        return ScanAnyValue(ref scan, start + valueAt, end, depth);
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
        if (scan.IsChecked)
        {
            return true;
        }

        // A single member, as every exporter writes it, is settled here. A varint that does not end the value is not this form.
        var value = scan.Data[start..end];
        if (value.Length > 1)
        {
            switch (value[0])
            {
                case (byte)StringTag when value[1] < 0x80 && value[1] == value.Length - 2:
                    scan.Text(start + 2, value.Length - 2);
                    return true;
                case (byte)IntTag or (byte)BoolTag when Wire.ReadVarint(value, 1, value.Length, out _) == value.Length:
                case (byte)DoubleTag when value.Length == 1 + sizeof(double):
                    return true;
            }
        }

        return ScanMembers(ref scan, start, end, depth);
    }

    private static bool ScanMembers(ref Scan scan, int start, int end, int depth)
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
