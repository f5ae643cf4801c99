namespace Sluice.Telemetry.Otlp;

/// <content>Messages inside records, resources and scopes, checked by a table of what their fields need.</content>
public static partial class OtlpIndexer
{
    private static readonly Shape ResourceShape = new Shape()
        .Attributes(OtlpFields.Resource.Attributes)
        .Message(OtlpFields.Resource.EntityRefs, new Shape().Text(1).Text(2).Text(3).Text(4));

    private static readonly Shape ScopeShape = new Shape()
        .Text(OtlpFields.Scope.Name)
        .Text(OtlpFields.Scope.Version)
        .Attributes(OtlpFields.Scope.Attributes);

    private static readonly Shape SpanEventShape = new Shape()
        .Text(OtlpFields.SpanEvent.Name)
        .Attributes(OtlpFields.SpanEvent.Attributes);

    private static readonly Shape SpanLinkShape = new Shape()
        .TraceId(OtlpFields.SpanLink.TraceId)
        .SpanId(OtlpFields.SpanLink.SpanId)
        .Text(OtlpFields.SpanLink.TraceState)
        .Attributes(OtlpFields.SpanLink.Attributes);

    private static readonly Shape SpanStatusShape = new Shape().Text(OtlpFields.Status.Message);

    private static readonly Shape ExemplarShape = new Shape()
        .Number(OtlpFields.Exemplar.AsDouble, OtlpFields.Exemplar.AsInt)
        .SpanId(OtlpFields.Exemplar.SpanId)
        .TraceId(OtlpFields.Exemplar.TraceId)
        .Attributes(OtlpFields.Exemplar.FilteredAttributes);

    private static readonly Shape NumberPointShape = new Shape()
        .PointTime(OtlpFields.NumberDataPoint.TimeUnixNano)
        .Number(OtlpFields.NumberDataPoint.AsDouble, OtlpFields.NumberDataPoint.AsInt)
        .Message(OtlpFields.NumberDataPoint.Exemplars, ExemplarShape)
        .Attributes(OtlpFields.NumberDataPoint.Attributes);

    private static readonly Shape HistogramPointShape = new Shape()
        .PointTime(OtlpFields.HistogramDataPoint.TimeUnixNano)
        .PackedFixed64(OtlpFields.HistogramDataPoint.BucketCounts)
        .PackedFixed64(OtlpFields.HistogramDataPoint.ExplicitBounds)
        .Message(OtlpFields.HistogramDataPoint.Exemplars, ExemplarShape)
        .Attributes(OtlpFields.HistogramDataPoint.Attributes);

    private static readonly Shape BucketsShape = new Shape().PackedVarint(OtlpFields.Buckets.BucketCounts);

    private static readonly Shape ExponentialPointShape = new Shape()
        .Attributes(OtlpFields.ExponentialHistogramDataPoint.Attributes)
        .PointTime(OtlpFields.ExponentialHistogramDataPoint.TimeUnixNano)
        .SingleMessage(OtlpFields.ExponentialHistogramDataPoint.Positive, BucketsShape)
        .SingleMessage(OtlpFields.ExponentialHistogramDataPoint.Negative, BucketsShape)
        .Message(OtlpFields.ExponentialHistogramDataPoint.Exemplars, ExemplarShape);

    private static readonly Shape SummaryPointShape = new Shape()
        .PointTime(OtlpFields.SummaryDataPoint.TimeUnixNano)
        .Message(OtlpFields.SummaryDataPoint.QuantileValues, new Shape())
        .Attributes(OtlpFields.SummaryDataPoint.Attributes);

    /// <summary>What a field of a message needs beyond being well-formed.</summary>
    private enum Check : byte
    {
        Form,
        Text,
        TraceId,
        SpanId,
        KeyValue,
        Message,
        PackedFixed64,
        PackedVarint,
        PointTime,
    }

    private static bool ScanMessage(ref Scan scan, int start, int end, Shape shape)
    {
        var data = scan.Data;
        var position = start;
        var seen = 0;
        while (position < end)
        {
            if (!Wire.TryReadTag(data, ref position, end, out var tag))
            {
                return scan.Malformed(position);
            }

            ref readonly var rule = ref shape.RuleOf(tag);
            if ((seen & rule.OnceBit) != 0)
            {
                scan.Refuse(RejectionReason.SplitMessage);
            }

            seen |= rule.OnceBit;
            switch (rule.Check)
            {
                case Check.Form:
                    if (!TrySkip(ref scan, ref position, end, tag))
                    {
                        return false;
                    }

                    break;
                case Check.PointTime:
                    if (!Wire.TryReadFixed64(data, ref position, end, out scan.PointTime))
                    {
                        return scan.Malformed(position);
                    }

                    break;
                default:
                    if (!Wire.TryReadLength(data, ref position, end, out var length))
                    {
                        return scan.Malformed(position);
                    }

                    if (!ScanBytes(ref scan, position, length, in rule))
                    {
                        return false;
                    }

                    position += length;
                    break;
            }
        }

        return true;
    }

    private static bool ScanBytes(ref Scan scan, int position, int length, ref readonly Rule rule)
    {
        switch (rule.Check)
        {
            case Check.Text:
                scan.Text(position, length);
                return true;
            case Check.KeyValue:
                return ScanKeyValue(ref scan, position, position + length, depth: 0);
            case Check.TraceId:
                ScanId(ref scan, length, TraceId.Size, RejectionReason.TraceIdSize);
                return true;
            case Check.SpanId:
                ScanId(ref scan, length, SpanIdSize, RejectionReason.SpanIdSize);
                return true;
            case Check.PackedFixed64:
                return length % sizeof(ulong) == 0 || scan.Malformed(position);
            case Check.PackedVarint:
                return ScanPackedVarints(ref scan, position, position + length);
            default:
                return ScanMessage(ref scan, position, position + length, rule.Shape!);
        }
    }

    private static void ScanId(ref Scan scan, int length, int size, RejectionReason reason)
    {
        if (length != size && length != 0)
        {
            scan.Refuse(reason);
        }
    }

    private static bool ScanPackedVarints(ref Scan scan, int start, int end)
    {
        var position = start;
        while (position < end)
        {
            if (!Wire.TryReadVarint(scan.Data, ref position, end, out _))
            {
                return scan.Malformed(position);
            }
        }

        return true;
    }

    /// <summary>The check of one field, and what is behind it.</summary>
    /// <param name="Check">What to check.</param>
    /// <param name="OnceBit">Of all fields with this bit, one may occur, and once; 0 where repeats are allowed.</param>
    /// <param name="Shape">The message that the field holds.</param>
    private readonly record struct Rule(Check Check, byte OnceBit, Shape? Shape);

    /// <summary>
    /// The fields of a message that need a check, by their tag. A field that is missing here is passed over by its wire type, as
    /// protobuf does with unknown fields; that is also right for plain numbers.
    /// </summary>
    private sealed class Shape
    {
        private const byte NumberBit = 1;

        /// <summary>The checked fields have numbers up to 15, and so tags of one byte.</summary>
        private readonly Rule[] _rules = new Rule[0x80];

        private readonly Rule _unknown;
        private byte _nextOnceBit = NumberBit << 1;

        public ref readonly Rule RuleOf(uint tag)
        {
            var rules = _rules;
            return ref tag < (uint)rules.Length ? ref rules[tag] : ref _unknown;
        }

        public Shape Text(int field) => Add(field, WireType.LengthDelimited, new Rule(Check.Text, 0, null));

        public Shape TraceId(int field) => Add(field, WireType.LengthDelimited, new Rule(Check.TraceId, 0, null));

        public Shape SpanId(int field) => Add(field, WireType.LengthDelimited, new Rule(Check.SpanId, 0, null));

        public Shape Attributes(int field) => Add(field, WireType.LengthDelimited, new Rule(Check.KeyValue, 0, null));

        public Shape PackedFixed64(int field) => Add(field, WireType.LengthDelimited, new Rule(Check.PackedFixed64, 0, null));

        public Shape PackedVarint(int field) => Add(field, WireType.LengthDelimited, new Rule(Check.PackedVarint, 0, null));

        public Shape PointTime(int field) => Add(field, WireType.Fixed64, new Rule(Check.PointTime, 0, null));

        public Shape Message(int field, Shape shape) => Add(field, WireType.LengthDelimited, new Rule(Check.Message, 0, shape));

        public Shape SingleMessage(int field, Shape shape)
        {
            var bit = _nextOnceBit;
            _nextOnceBit <<= 1;
            return Add(field, WireType.LengthDelimited, new Rule(Check.Message, bit, shape));
        }

        /// <summary>The two eight-byte members of a number's <c>oneof</c>.</summary>
        public Shape Number(int asDouble, int asInt)
        {
            var rule = new Rule(Check.Form, NumberBit, null);
            return Add(asDouble, WireType.Fixed64, rule).Add(asInt, WireType.Fixed64, rule);
        }

        private Shape Add(int field, WireType type, Rule rule)
        {
            _rules[Wire.Tag(field, type)] = rule;
            return this;
        }
    }
}
