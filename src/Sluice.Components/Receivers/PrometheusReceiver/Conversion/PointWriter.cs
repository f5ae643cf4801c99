using System.Buffers.Binary;
using System.Text;
using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.PrometheusReceiver.Conversion;

/// <summary>Writes the points of one scrape as an OTLP request.</summary>
/// <param name="output">Where it goes.</param>
/// <param name="series">The points.</param>
/// <param name="buffers">The memory of the scrape.</param>
/// <param name="scrapeUnixNano">The time of the scrape.</param>
internal readonly ref struct PointWriter(PooledBufferWriter output, TargetSeries series, ScrapeBuffers buffers, ulong scrapeUnixNano)
{
    private const int Cumulative = 2;
    private const ulong NoRecordedValue = 1;

    /// <summary>What a point has beside its attributes, about.</summary>
    private const int PointSize = 32;

    /// <summary>For messages that hold many others: their length takes three bytes.</summary>
    private const int ManyBytes = 1 << 20;

    private static readonly byte[] TypeKey = "prometheus.type"u8.ToArray();
    private static readonly byte[][] Types = [.. Enum.GetNames<ParsedType>().Select(name => Encoding.UTF8.GetBytes(name.ToLowerInvariant()))];

    /// <summary>Writes what the scrape has of one source.</summary>
    /// <param name="source">The number of the source.</param>
    /// <param name="resource">The attributes of the resource.</param>
    /// <param name="span">Which of its points; <see cref="InfoSpan.Before"/> goes first.</param>
    public void Write(int source, IEnumerable<KeyValuePair<string, string>> resource, InfoSpan span)
    {
        var writer = new ProtoWriter(output);
        var request = writer.BeginMessage(OtlpContainer.RequestResources, ManyBytes);
        var own = writer.BeginMessage(OtlpContainer.Own);
        foreach (var (key, value) in resource)
        {
            WriteAttribute(OtlpFields.Resource.Attributes, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        }

        writer.EndMessage(own);
        for (var scope = series.Sources[source].Chain.First; scope >= 0; scope = series.Scopes[scope].Chain.Next)
        {
            if (!series.HasPoints(scope, span))
            {
                continue;
            }

            var scopeMark = writer.BeginMessage(OtlpContainer.Children, ManyBytes);
            var scopeOwn = writer.BeginMessage(OtlpContainer.Own);
            var parts = series.PartsOf(scope);
            writer.Bytes(OtlpFields.Scope.Name, parts.Name);
            writer.Bytes(OtlpFields.Scope.Version, parts.Version);
            writer.Raw(parts.Attributes);
            WriteScopeInfo(series.ScopeInfoOf(scope, span), parts);
            writer.EndMessage(scopeOwn);
            if (!parts.Schema.IsEmpty)
            {
                writer.Bytes(OtlpContainer.SchemaUrl, parts.Schema);
            }

            for (var metric = series.Scopes[scope].Chain.First; metric >= 0; metric = series.Metrics[metric].Chain.Next)
            {
                if (series.MetricHasPoints(metric, span))
                {
                    WriteMetric(metric, span);
                }
            }

            writer.EndMessage(scopeMark, ManyBytes);
        }

        writer.EndMessage(request, ManyBytes);
    }

    /// <summary>Attributes that the target says of the scope apart, but those that the samples say.</summary>
    private void WriteScopeInfo(KeyValuePair<string, string>[] attributes, in ScopeParts parts)
    {
        foreach (var (key, value) in attributes)
        {
            var name = Encoding.UTF8.GetBytes(key);
            if (!AttributeEnumerator.TryFind(parts.Attributes, OtlpFields.Scope.Attributes, name, out _))
            {
                WriteAttribute(OtlpFields.Scope.Attributes, name, Encoding.UTF8.GetBytes(value));
            }
        }
    }

    private void WriteMetric(int number, InfoSpan span)
    {
        ref var metric = ref series.Metrics[number];
        var writer = new ProtoWriter(output);
        var mark = writer.BeginMessage(OtlpContainer.Children);
        var parts = series.MetricPartsOf(number);
        writer.Bytes(OtlpFields.Metric.Name, parts.Name);
        writer.Bytes(OtlpFields.Metric.Description, metric.About < 0 ? series.HelpOf(metric.Family) : ScrapeFacts.HelpOf(metric.About));
        writer.Bytes(OtlpFields.Metric.Unit, metric.About < 0 ? parts.Unit : ScrapeFacts.UnitOf(metric.About));
        var type = metric.About >= 0 ? ParsedType.Gauge : metric.Family < 0 ? ParsedType.Unknown : series.Families[metric.Family].Type;
        WriteAttribute(OtlpFields.Metric.Metadata, TypeKey, Types[(int)type]);
        var data = writer.BeginMessage(metric.Shape switch
        {
            PointShape.Counter or PointShape.Sum => OtlpFields.Metric.Sum,
            PointShape.Histogram => OtlpFields.Metric.Histogram,
            PointShape.Summary => OtlpFields.Metric.Summary,
            _ => OtlpFields.Metric.Gauge,
        });
        var isSaidOtherwise = span == InfoSpan.Before && series.IsSaidOtherwise(metric.Scope);
        for (var point = metric.Chain.First; point >= 0; point = series.Points[point].Next)
        {
            if (series.IsWritten(series.Points[point], span, isSaidOtherwise))
            {
                WritePoint(point, metric.Shape, isStale: span == InfoSpan.Before);
            }
        }

        if (metric.Shape is not (PointShape.Gauge or PointShape.Summary))
        {
            writer.Varint(OtlpFields.MetricData.AggregationTemporality, Cumulative);
        }

        if (metric.Shape == PointShape.Counter)
        {
            writer.Varint(OtlpFields.MetricData.IsMonotonic, 1);
        }

        writer.EndMessage(data);
        writer.EndMessage(mark);
    }

    private void WritePoint(int number, PointShape shape, bool isStale)
    {
        ref var point = ref series.Points[number];
        var time = isStale ? series.EndUnixNano : point.TimeUnixMs == ExpositionLine.NoTime ? scrapeUnixNano : TargetSeries.UnixNano(point.TimeUnixMs);
        var writer = new ProtoWriter(output);
        var attributes = series.AttributesOf(number);
        var mark = writer.BeginMessage(OtlpFields.MetricData.DataPoints, attributes.Length + PointSize);

        // The numbers of these fields are the same for all kinds of points. A target that says that it starts after the time of its sample has another clock.
        if (TargetSeries.Counts(shape) && point.Start != 0 && point.Start <= time)
        {
            writer.Fixed64(OtlpFields.NumberDataPoint.StartTimeUnixNano, point.Start);
        }

        writer.Fixed64(OtlpFields.NumberDataPoint.TimeUnixNano, time);
        writer.Raw(attributes);
        switch (shape)
        {
            case PointShape.Histogram when isStale:
                writer.Varint(OtlpFields.HistogramDataPoint.Flags, NoRecordedValue);
                break;
            case PointShape.Histogram:
                WriteHistogram(in buffers.Details[point.Detail]);
                break;
            case PointShape.Summary when isStale:
                writer.Varint(OtlpFields.SummaryDataPoint.Flags, NoRecordedValue);
                break;
            case PointShape.Summary:
                WriteSummary(in buffers.Details[point.Detail]);
                break;
            default:
                if (isStale)
                {
                    writer.Varint(OtlpFields.NumberDataPoint.Flags, NoRecordedValue);
                    break;
                }

                writer.Fixed64(OtlpFields.NumberDataPoint.AsDouble, BitConverter.DoubleToUInt64Bits(point.Value));
                if (point.Detail >= 0)
                {
                    WriteExemplars(OtlpFields.NumberDataPoint.Exemplars, buffers.Details[point.Detail].FirstExemplar);
                }

                break;
        }

        writer.EndMessage(mark, attributes.Length + PointSize);
    }

    /// <summary>Buckets count what is below their bounds; here each counts its own, and the last one what no bound is above.</summary>
    private void WriteHistogram(in PointDetail detail)
    {
        var writer = new ProtoWriter(output);
        var parts = Sort(detail);
        var bounds = parts.Count;
        while (bounds > 0 && double.IsPositiveInfinity(parts[bounds - 1].Number))
        {
            bounds--;
        }

        var count = (ulong)Math.Max(0, detail.Count);
        writer.Fixed64(OtlpFields.HistogramDataPoint.Count, count);
        if (detail.HasSum)
        {
            writer.Fixed64(OtlpFields.HistogramDataPoint.Sum, BitConverter.DoubleToUInt64Bits(detail.Sum));
        }

        if (parts.Count > 0)
        {
            writer.BytesHeader(OtlpFields.HistogramDataPoint.BucketCounts, (bounds + 1) * sizeof(ulong));
            ulong before = 0;
            for (var i = 0; i < bounds; i++)
            {
                var upTo = Math.Min(count, Math.Max(before, (ulong)Math.Max(0, parts[i].Value)));
                WriteEight(upTo - before);
                before = upTo;
            }

            WriteEight(count - before);
            writer.BytesHeader(OtlpFields.HistogramDataPoint.ExplicitBounds, bounds * sizeof(double));
            for (var i = 0; i < bounds; i++)
            {
                WriteEight(BitConverter.DoubleToUInt64Bits(parts[i].Number));
            }
        }

        WriteExemplars(OtlpFields.HistogramDataPoint.Exemplars, detail.FirstExemplar);
    }

    private void WriteSummary(in PointDetail detail)
    {
        var writer = new ProtoWriter(output);
        writer.Fixed64(OtlpFields.SummaryDataPoint.Count, (ulong)Math.Max(0, detail.Count));
        writer.Fixed64(OtlpFields.SummaryDataPoint.Sum, BitConverter.DoubleToUInt64Bits(detail.Sum));
        foreach (var (quantile, value) in Sort(detail))
        {
            var mark = writer.BeginMessage(OtlpFields.SummaryDataPoint.QuantileValues);
            writer.Fixed64(OtlpFields.ValueAtQuantile.Quantile, BitConverter.DoubleToUInt64Bits(quantile));
            writer.Fixed64(OtlpFields.ValueAtQuantile.Value, BitConverter.DoubleToUInt64Bits(value));
            writer.EndMessage(mark);
        }
    }

    private List<(double Number, double Value)> Sort(in PointDetail detail)
    {
        var parts = buffers.Sorted;
        parts.Clear();
        for (var part = detail.FirstPart; part >= 0; part = buffers.Parts[part].Next)
        {
            parts.Add((buffers.Parts[part].Number, buffers.Parts[part].Value));
        }

        // They came in their order, and stand in the other. A bound that comes twice, written in two ways, is one: the first holds.
        parts.Reverse();
        for (var i = 1; i < parts.Count; i++)
        {
            var part = parts[i];
            var at = i;
            for (; at > 0 && parts[at - 1].Number > part.Number; at--)
            {
                parts[at] = parts[at - 1];
            }

            parts[at] = part;
        }

        var kept = 0;
        for (var i = 0; i < parts.Count; i++)
        {
            if (i == 0 || parts[i].Number != parts[kept - 1].Number)
            {
                parts[kept++] = parts[i];
            }
        }

        parts.RemoveRange(kept, parts.Count - kept);
        return parts;
    }

    private void WriteExemplars(int field, int first)
    {
        var writer = new ProtoWriter(output);
        for (var exemplar = first; exemplar >= 0; exemplar = buffers.Exemplars[exemplar].Next)
        {
            writer.Bytes(field, buffers.Fields.Slice(buffers.Exemplars[exemplar].Start, buffers.Exemplars[exemplar].Length));
        }
    }

    private void WriteAttribute(int field, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        buffers.Attributes.Clear();
        AttributeFields.Append(buffers.Attributes, field, key, value);
        new ProtoWriter(output).Raw(buffers.Attributes.Span);
    }

    private void WriteEight(ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output.GetSpan(sizeof(ulong)), value);
        output.Advance(sizeof(ulong));
    }
}
