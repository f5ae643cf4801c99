using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Prometheus.RemoteWrite.Proto;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;
using Sluice.Testing;
using Sluice.Testing.Otlp;
using Sluice.Transport.Prometheus.Exposition;
using Second = Prometheus.RemoteWrite.Proto2;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>Whatever metrics come, their samples are those that a plain reading of the decoded messages gives.</summary>
public sealed class RemoteWriteModelTests
{
    private static readonly NameTranslation Names = new(NameStrategy.UnderscoreEscapingWithSuffixes, "");

    [Theory]
    [InlineData(RemoteWriteMessage.WriteRequest)]
    [InlineData(RemoteWriteMessage.Request)]
    public async Task Samples_of_any_metrics_are_those_of_the_model(RemoteWriteMessage message)
    {
        var isSecond = message == RemoteWriteMessage.Request;
        var seeds = new Random(RandomSeed.Value);
        for (var number = 0; number < 300; number++)
        {
            await using var bench = new EncoderBench(EncoderBench.Plain with { ProtobufMessage = message });
            var generator = new OtlpGenerator(seeds.Next(), new OtlpGeneratorOptions { UnknownFields = number % 2 == 0, Attributes = 2 });
            var request = generator.Metrics();
            var latestMs = bench.Fixture.Time.GetUtcNow().AddMinutes(10).ToUnixTimeMilliseconds();
            RandomSeed.Explain(
                number,
                () => Assert.Equal(Model(request, isSecond, latestMs), Encoded(bench.Encode(request), isSecond ? bench.Second : null)),
                request.ToString);
        }
    }

    private static List<string> Encoded(WriteRequest request, Second.Request? second) =>
    [
        .. request.Timeseries.SelectMany((series, i) => series.Samples.Select(sample => Line(series.Labels.Select(label => (label.Name, label.Value)), sample.Value, sample.Timestamp))
            .Concat(series.Histograms.Select(histogram => Line(series.Labels.Select(label => (label.Name, label.Value)), histogram.Sum, histogram.Timestamp)))
            .Select(line => second is null ? line : line + Rest(second.Timeseries[i]))),
    ];

    /// <summary>What remote write 2.0 says beside the sample.</summary>
    private static string Rest(Second.TimeSeries series) =>
        $" {series.Samples.Select(sample => sample.StartTimestamp).Concat(series.Histograms.Select(histogram => histogram.StartTimestamp)).Single()} {series.Metadata.Type}";

    private static List<string> Model(ExportMetricsServiceRequest request, bool isSecond, long latestMs)
    {
        var lines = new List<string>();
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        var unknown = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (var resource in request.ResourceMetrics)
        {
            foreach (var scope in resource.ScopeMetrics)
            {
                foreach (var metric in scope.Metrics)
                {
                    lines.AddRange(Lines(resource, scope, metric, last, unknown, isSecond, latestMs));
                }
            }
        }

        return lines;
    }

    private static IEnumerable<string> Lines(
        ResourceMetrics resource, ScopeMetrics scope, Metric metric, Dictionary<string, long> last, Dictionary<string, long> unknown, bool isSecond, long latestMs)
    {
        var type = metric.DataCase switch
        {
            Metric.DataOneofCase.Histogram or Metric.DataOneofCase.ExponentialHistogram => SeriesType.Histogram,
            Metric.DataOneofCase.Summary => SeriesType.Summary,
            Metric.DataOneofCase.Sum when metric.Sum.IsMonotonic => SeriesType.Counter,
            _ => SeriesType.Gauge,
        };
        var name = Names.Metric(metric.Name, metric.Unit, type, metric.DataCase == Metric.DataOneofCase.Sum);
        if (name.Length == 0)
        {
            return [];
        }

        var output = new List<string>();
        var key = "";
        bool Admits(IEnumerable<KeyValue> attributes, string lead, string reserved, ulong time, out SortedDictionary<string, string> labels)
        {
            labels = Labels(resource, scope, attributes, reserved);
            key = Line(Named(labels, lead), 0, 0);
            var ms = time == 0 ? 0 : (long)(time / 1_000_000);
            if (ms > latestMs || ms <= last.GetValueOrDefault(key, long.MinValue))
            {
                return false;
            }

            last[key] = ms;
            return true;
        }

        void Add(SortedDictionary<string, string> labels, string suffix, double value, ulong time, ulong start, uint flags, string extra = "", double number = 0)
        {
            var (timeMs, startMs) = ((long)(time / 1_000_000), (long)(start / 1_000_000));
            var line = Line(Named(labels, name + suffix, extra, number), (flags & 1) != 0 ? SeriesBody.StaleNaN : value, timeMs);
            var isCounted = type != SeriesType.Gauge && (flags & 1) == 0;
            if (isCounted && startMs >= timeMs)
            {
                unknown[key] = startMs;
            }

            output.Add(isSecond ? $"{line} {(isCounted && startMs != unknown.GetValueOrDefault(key) ? startMs : 0)} {type}" : line);
        }

        switch (metric.DataCase)
        {
            case Metric.DataOneofCase.Gauge or Metric.DataOneofCase.Sum:
                if (metric.Sum is { } sum && sum.AggregationTemporality != AggregationTemporality.Cumulative)
                {
                    break;
                }

                foreach (var point in metric.Gauge?.DataPoints ?? metric.Sum.DataPoints)
                {
                    if (Admits(point.Attributes, name, "", point.TimeUnixNano, out var labels))
                    {
                        Add(labels, "", point.ValueCase == NumberDataPoint.ValueOneofCase.AsDouble ? point.AsDouble : point.AsInt, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags);
                    }
                }

                break;
            case Metric.DataOneofCase.Histogram when metric.Histogram.AggregationTemporality == AggregationTemporality.Cumulative:
                foreach (var point in metric.Histogram.DataPoints.Where(Fits))
                {
                    if (!Admits(point.Attributes, name + "_count", "le", point.TimeUnixNano, out var labels))
                    {
                        continue;
                    }

                    if (point.HasSum || (point.Flags & 1) != 0)
                    {
                        Add(labels, "_sum", point.Sum, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags);
                    }

                    ulong total = 0;
                    for (var i = 0; i < point.ExplicitBounds.Count; i++)
                    {
                        total += point.BucketCounts[i];
                        Add(labels, "_bucket", total, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags, "le", point.ExplicitBounds[i]);
                    }

                    Add(labels, "_bucket", point.Count, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags, "le", double.PositiveInfinity);
                    Add(labels, "_count", point.Count, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags);
                }

                break;
            case Metric.DataOneofCase.ExponentialHistogram when metric.ExponentialHistogram.AggregationTemporality == AggregationTemporality.Cumulative:
                foreach (var point in metric.ExponentialHistogram.DataPoints.Where(Fits))
                {
                    if (Admits(point.Attributes, name, "", point.TimeUnixNano, out var labels))
                    {
                        Add(labels, "", point.Sum, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags);
                    }
                }

                break;
            case Metric.DataOneofCase.Summary:
                foreach (var point in metric.Summary.DataPoints)
                {
                    if (!Admits(point.Attributes, name + "_count", "quantile", point.TimeUnixNano, out var labels))
                    {
                        continue;
                    }

                    Add(labels, "_sum", point.Sum, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags);
                    Add(labels, "_count", point.Count, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags);
                    foreach (var quantile in point.QuantileValues)
                    {
                        Add(labels, "", quantile.Value, point.TimeUnixNano, point.StartTimeUnixNano, point.Flags, "quantile", quantile.Quantile);
                    }
                }

                break;
        }

        return output;
    }

    private static bool Fits(HistogramDataPoint point) =>
        point.BucketCounts.Count == 0
            ? point.ExplicitBounds.Count == 0
            : point.BucketCounts.Count == point.ExplicitBounds.Count + 1
                && point.BucketCounts.Aggregate(0UL, (total, count) => unchecked(total + count)) == point.Count
                && point.ExplicitBounds.All(bound => !double.IsNaN(bound) && bound > double.NegativeInfinity && bound < double.PositiveInfinity)
                && point.ExplicitBounds.Zip(point.ExplicitBounds.Skip(1)).All(pair => pair.First < pair.Second);

    private static bool Fits(ExponentialHistogramDataPoint point)
    {
        if (!double.IsFinite(point.ZeroThreshold) || point.ZeroThreshold < 0)
        {
            return false;
        }

        var counts = (point.Positive?.BucketCounts ?? []).Concat(point.Negative?.BucketCounts ?? []).Append(point.ZeroCount);
        return (point.Flags & 1) != 0 || (point.Scale >= -4 && counts.Aggregate(0UL, (total, count) => unchecked(total + count)) == point.Count);
    }

    private static SortedDictionary<string, string> Labels(ResourceMetrics resource, ScopeMetrics scope, IEnumerable<KeyValue> attributes, string reserved)
    {
        var labels = new LabelSet(Names);
        labels.Reserve("__name__");
        var service = resource.Resource?.Attributes.LastOrDefault(attribute => attribute.Key == "service.name") is { } name ? Value(name) : "";
        if (service.Length > 0)
        {
            labels.Add("job", service);
        }

        labels.Add("otel_scope_name", scope.Scope?.Name ?? "");
        labels.Add("otel_scope_version", scope.Scope?.Version ?? "");
        labels.Add("otel_scope_schema_url", scope.SchemaUrl);
        foreach (var attribute in scope.Scope?.Attributes ?? [])
        {
            labels.Add(Names.Label($"otel_scope_{attribute.Key}"), Value(attribute));
        }

        if (reserved.Length > 0)
        {
            labels.Reserve(reserved);
        }

        foreach (var attribute in attributes)
        {
            labels.AddAttribute(attribute.Key, Value(attribute));
        }

        return labels.Resolve();
    }

    private static string Value(KeyValue attribute) =>
        AttributeText.Of(attribute.Value is null ? default : Sluice.Telemetry.AnyValue.Read(Google.Protobuf.MessageExtensions.ToByteArray(attribute.Value)));

    private static IEnumerable<(string Name, string Value)> Named(SortedDictionary<string, string> labels, string name, string extra = "", double number = 0)
    {
        var all = labels.Select(label => (label.Key, label.Value)).Append(("__name__", name));
        return extra.Length > 0 ? all.Append((extra, SeriesLabels.Number(number))) : all;
    }

    /// <summary>Without the sign of a zero, which the encoder of the requests leaves out.</summary>
    private static string Line(IEnumerable<(string Name, string Value)> labels, double value, long time) =>
        $"{string.Join(',', labels.Order())} {(value == 0 ? 0 : BitConverter.DoubleToUInt64Bits(value)):x} {time}";
}
