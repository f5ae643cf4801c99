using System.Globalization;
using System.Text;
using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.PrometheusReceiver.Conversion;

/// <summary>
/// Makes points of OpenTelemetry of samples; see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/. Labels that say
/// which scope a sample is of become that scope, and samples of one histogram or summary become one point.
/// </summary>
/// <param name="series">Gets the points.</param>
/// <param name="buffers">The memory of the scrape.</param>
/// <param name="trimSuffixes">Whether <c>_total</c> and the unit are taken off names.</param>
internal ref struct PointGrouping(TargetSeries series, ScrapeBuffers buffers, bool trimSuffixes)
{
    private static readonly byte[][] Suffixes = [.. new[] { "_bucket", "_sum", "_count", "_total", "_created", "_info", "_gsum", "_gcount" }.Select(Encoding.UTF8.GetBytes)];

    /// <summary>In the order of <see cref="Suffixes"/>.</summary>
    private enum Suffix
    {
        Bucket,
        Sum,
        Count,
        Total,
        Created,
        Info,
        GaugeSum,
        GaugeCount,
        None,
    }

    private static ReadOnlySpan<byte> Total => "_total"u8;

    /// <summary>Adds a sample that has gone through all rules.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="line">The labels and all else; <c>__name__</c> is none of them.</param>
    /// <param name="timeUnixMs">Its time, or <see cref="ExpositionLine.NoTime"/>.</param>
    public readonly void Add(ReadOnlySpan<byte> name, ExpositionLine line, long timeUnixMs)
    {
        var family = FamilyOf(name, out var suffix);
        var type = family < 0 ? ParsedType.Unknown : series.Families[family].Type;
        var shape = type switch
        {
            ParsedType.Counter => PointShape.Counter,
            ParsedType.Histogram => PointShape.Histogram,
            ParsedType.Summary => PointShape.Summary,
            ParsedType.Info or ParsedType.StateSet => PointShape.Sum,
            _ => PointShape.Gauge,
        };
        var isPart = shape is PointShape.Histogram or PointShape.Summary;
        var labels = line.Labels;
        var source = series.SourceOf(labels.Get("job"u8), labels.Get("instance"u8));
        var scope = ScrapedScope.Of(source, labels, series, buffers);
        var part = shape == PointShape.Histogram ? "le"u8 : isPart ? "quantile"u8 : default;
        WriteAttributes(labels, shape, part);
        if (suffix == Suffix.Created)
        {
            var start = buffers.Fields.Length;
            buffers.Fields.Append(buffers.Attributes.Span);
            buffers.Created.Add(new CreatedSample { Scope = scope, Family = family, Attributes = start, AttributesLength = buffers.Attributes.Length, Seconds = line.Value });
            return;
        }

        var metric = series.MetricOf(scope, shape, PartsOf(isPart ? series.Families.Key(family) : name, family), family);
        var number = series.PointOf(metric, buffers.Attributes.Span);
        ref var point = ref series.Points[number];
        if (!isPart && point.Samples > 0)
        {
            // As in Prometheus the first of two samples of one series holds.
            return;
        }

        point.Samples++;
        point.TimeUnixMs = point.TimeUnixMs == ExpositionLine.NoTime ? timeUnixMs : point.TimeUnixMs;
        if (isPart)
        {
            AddPart(ref series.DetailOf(number), suffix, labels.Get(part), line.Value);
        }
        else
        {
            point.Value = line.Value;
        }

        if (line.HasExemplar)
        {
            AddExemplar(ref series.DetailOf(number), line);
        }
    }

    /// <summary>Puts the samples that say since when others count where they belong. After the last sample.</summary>
    public readonly void Complete()
    {
        for (var i = 0; i < buffers.Created.Count; i++)
        {
            var sample = buffers.Created[i];
            var shape = series.Families[sample.Family].Type switch { ParsedType.Histogram => PointShape.Histogram, ParsedType.Summary => PointShape.Summary, _ => PointShape.Counter };
            var name = series.Families.Key(sample.Family);
            if (!TryPut(sample, shape, name) && shape == PointShape.Counter)
            {
                buffers.Text.Clear();
                buffers.Text.Append(name);
                buffers.Text.Append(Total);
                TryPut(sample, shape, buffers.Text.Span);
            }
        }
    }

    private readonly bool TryPut(in CreatedSample sample, PointShape shape, ReadOnlySpan<byte> name)
    {
        var point = series.FindPoint(sample.Scope, shape, PartsOf(name, sample.Family), buffers.Fields.Slice(sample.Attributes, sample.AttributesLength));
        if (point >= 0)
        {
            series.DetailOf(point).CreatedSeconds = sample.Seconds;
            series.Points[point].Samples++;
        }

        return point >= 0;
    }

    /// <summary>The metric that a sample is of, by what the target said of names, and the suffix that the sample has beyond that.</summary>
    private readonly int FamilyOf(ReadOnlySpan<byte> name, out Suffix suffix)
    {
        suffix = Suffix.None;
        var own = series.FamilyOf(name);
        if (own >= 0 && series.Families[own].Type is not (ParsedType.Histogram or ParsedType.GaugeHistogram))
        {
            return own;
        }

        for (var i = 0; i < Suffixes.Length; i++)
        {
            if (name.Length > Suffixes[i].Length && name.EndsWith(Suffixes[i])
                && series.FamilyOf(name[..^Suffixes[i].Length]) is var family and >= 0 && Has(series.Families[family].Type, (Suffix)i))
            {
                suffix = (Suffix)i;
                return family;
            }
        }

        return own;
    }

    private static bool Has(ParsedType type, Suffix suffix) => suffix switch
    {
        Suffix.Bucket => type is ParsedType.Histogram or ParsedType.GaugeHistogram,
        Suffix.Sum or Suffix.Count => type is ParsedType.Histogram or ParsedType.Summary,
        Suffix.Total => type == ParsedType.Counter,
        Suffix.Created => type is ParsedType.Counter or ParsedType.Histogram or ParsedType.Summary,
        Suffix.Info => type == ParsedType.Info,
        _ => type == ParsedType.GaugeHistogram,
    };

    private readonly MetricParts PartsOf(ReadOnlySpan<byte> name, int family) => new(Trimmed(name, family), series.UcumOf(family));

    /// <summary>The name of a metric, without its suffixes where that is asked for.</summary>
    private readonly ReadOnlySpan<byte> Trimmed(ReadOnlySpan<byte> name, int family)
    {
        if (!trimSuffixes || family < 0)
        {
            return name;
        }

        name = series.Families[family].Type == ParsedType.Counter && name.Length > Total.Length && name.EndsWith(Total) ? name[..^Total.Length] : name;
        var unit = series.UnitOf(family);
        return unit.Length > 0 && name.Length > unit.Length + 1 && name.EndsWith(unit) && name[^(unit.Length + 1)] == '_' ? name[..^(unit.Length + 1)] : name;
    }

    /// <summary>Those of the series, without what the resource, the scope and the place in a histogram or summary say.</summary>
    private readonly void WriteAttributes(LabelSet labels, PointShape shape, ReadOnlySpan<byte> part)
    {
        var field = shape == PointShape.Histogram ? OtlpFields.HistogramDataPoint.Attributes : shape == PointShape.Summary ? OtlpFields.SummaryDataPoint.Attributes : OtlpFields.NumberDataPoint.Attributes;
        buffers.Attributes.Clear();
        for (var i = 0; i < labels.Count; i++)
        {
            var name = labels.Name(i);
            if (!labels.Value(i).IsEmpty && !name.SequenceEqual(part) && !name.SequenceEqual("job"u8) && !name.SequenceEqual("instance"u8) && !ScrapedScope.IsAbout(name))
            {
                AttributeFields.Append(buffers.Attributes, field, name, labels.Value(i));
            }
        }
    }

    private readonly void AddPart(ref PointDetail detail, Suffix suffix, ReadOnlySpan<byte> text, double value)
    {
        if (suffix == Suffix.Sum)
        {
            (detail.Sum, detail.HasSum) = (detail.HasSum ? detail.Sum : value, true);
        }
        else if (suffix == Suffix.Count)
        {
            (detail.Count, detail.HasCount) = (detail.HasCount ? detail.Count : value, true);
        }
        else if (TryNumber(text, out var number))
        {
            detail.FirstPart = buffers.Parts.Add(new PointPart { Number = number, Value = value, Next = detail.FirstPart });
            detail.Parts++;
        }
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out double number)
    {
        if (Ascii.EqualsIgnoreCase(text, "+Inf"u8) || Ascii.EqualsIgnoreCase(text, "Inf"u8))
        {
            number = double.PositiveInfinity;
            return true;
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && !double.IsNaN(number);
    }

    private readonly void AddExemplar(ref PointDetail detail, ExpositionLine line)
    {
        var fields = buffers.Fields;
        var start = fields.Length;
        if (line.ExemplarTimeUnixMs != ExpositionLine.NoTime)
        {
            Fixed64(fields, OtlpFields.Exemplar.TimeUnixNano, TargetSeries.UnixNano(line.ExemplarTimeUnixMs));
        }

        Fixed64(fields, OtlpFields.Exemplar.AsDouble, BitConverter.DoubleToUInt64Bits(line.ExemplarValue));
        var labels = line.ExemplarLabels;
        for (var i = 0; i < labels.Count; i++)
        {
            if (!AppendId(fields, labels.Name(i), "trace_id"u8, labels.Value(i), OtlpFields.Exemplar.TraceId, 16)
                && !AppendId(fields, labels.Name(i), "span_id"u8, labels.Value(i), OtlpFields.Exemplar.SpanId, 8))
            {
                AttributeFields.Append(fields, OtlpFields.Exemplar.FilteredAttributes, labels.Name(i), labels.Value(i));
            }
        }

        var number = buffers.Exemplars.Add(new PointExemplar { Start = start, Length = fields.Length - start, Next = -1 });
        if (detail.LastExemplar >= 0)
        {
            buffers.Exemplars[detail.LastExemplar].Next = number;
        }

        detail.FirstExemplar = detail.FirstExemplar < 0 ? number : detail.FirstExemplar;
        detail.LastExemplar = number;
    }

    private static bool AppendId(ByteScratch fields, ReadOnlySpan<byte> name, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> text, int field, int length)
    {
        Span<byte> id = stackalloc byte[length];
        if (!name.SequenceEqual(expected) || text.Length != 2 * length || Convert.FromHexString(text, id, out _, out _) != System.Buffers.OperationStatus.Done)
        {
            return false;
        }

        AttributeFields.Header(fields, field, length);
        fields.Append(id);
        return true;
    }

    private static void Fixed64(ByteScratch fields, int field, ulong value)
    {
        fields.AppendVarint(((ulong)field << 3) | 1);
        fields.Append(value);
    }
}
