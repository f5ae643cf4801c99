using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Testing;
using Sluice.Testing.Prometheus;
using Sluice.Transport.Prometheus.Exposition;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>
/// Whatever is accepted can be scraped: an answer that Prometheus refuses for one series takes all others of it away, so no sender may bring one
/// about, by names, labels or numbers.
/// </summary>
public sealed class HostileExpositionTests
{
    private static readonly string[] Names =
    [
        "a", "a.b", "a_b", "a_b_total", "a.b.total", "a:b", "h", "h.sum", "h_sum", "h_bucket", "h_count", "target_info", "target.info", "__name__", "le", "1x", "größe",
        "\"", "x\\y\nz", "_", "", new string('n', 300),
    ];

    private static readonly string[] Keys =
    [
        "__name__", "__name", "le", "quantile", "job", "instance", "service.name", "otel_scope_name", "otel.scope.name", "exported_le", "exported_job", "a.b", "a_b", "a:b",
        "1", "größe", "\"", "x\\y\nz", "_", ".", "", "host.name", "name", "version", new string('k', 300),
    ];

    private static readonly string[] Units = ["", "s", "By", "1", "{call}", "By/s", "a b", "\"\n"];
    private static readonly double[] Numbers = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, double.Epsilon, double.MaxValue, 1, 0.5, 2.5];

    [Fact]
    public async Task Any_metrics_make_answers_that_a_strict_reader_takes()
    {
        var random = new Random(RandomSeed.Value);
        for (var round = 0; round < 500; round++)
        {
            await using var bench = new PrometheusBench(AnyOptions(random));
            for (var requests = random.Next(1, 4); requests > 0; requests--)
            {
                bench.Add(AnyRequest(random));
            }

            foreach (var escaping in Enum.GetValues<NameEscaping>())
            {
                bench.ParseStrictly(escaping);
                Check(bench.Messages(escaping));
            }
        }
    }

    /// <summary>What the text's reader finds, found in messages.</summary>
    private static void Check(List<Io.Prometheus.Client.MetricFamily> families)
    {
        Assert.Distinct(families.Select(family => family.Name));
        foreach (var family in families)
        {
            Assert.NotEmpty(family.Name);
            Assert.Distinct(family.Metric.Select(metric => string.Join('\n', metric.Label.Select(label => $"{label.Name}={label.Value}").Order(StringComparer.Ordinal))));
            foreach (var metric in family.Metric)
            {
                var labels = metric.Label.Select(label => label.Name).ToList();
                Assert.Distinct(labels);
                Assert.DoesNotContain("", labels);
                Assert.DoesNotContain("__name__", labels);
                if (metric.Histogram is { } histogram)
                {
                    Assert.DoesNotContain("le", labels);
                    var bounds = histogram.Bucket.Select(bucket => bucket.UpperBound).ToList();
                    Assert.Equal(bounds.Distinct().Order(), bounds);
                }

                if (metric.Summary is { } summary)
                {
                    Assert.DoesNotContain("quantile", labels);
                    Assert.Distinct(summary.Quantile.Select(quantile => quantile.Quantile_));
                }
            }
        }
    }

    private static PrometheusExporterOptions AnyOptions(Random random) => new()
    {
        TranslationStrategy = random.GetItems(Enum.GetValues<NameStrategy>(), 1)[0],
        Namespace = random.Next(3) == 0 ? "my.space" : "",
        ConstLabels = random.Next(3) == 0 ? new Dictionary<string, string> { ["a_b"] = "constant", ["instance"] = "i" } : new Dictionary<string, string>(),
        WithoutScopeInfo = random.Next(2) == 0,
        SendTimestamps = random.Next(2) == 0,
        ResourceToTelemetryConversion = new ResourceConversionOptions { Enabled = random.Next(2) == 0 },
    };

    private static ExportMetricsServiceRequest AnyRequest(Random random)
    {
        var request = new ExportMetricsServiceRequest();
        for (var resources = random.Next(1, 4); resources > 0; resources--)
        {
            var scope = new ScopeMetrics { Scope = new InstrumentationScope { Name = One(random, Names), Version = One(random, Units), Attributes = { Attributes(random) } } };
            scope.Metrics.AddRange(Enumerable.Range(0, random.Next(1, 12)).Select(_ => AnyMetric(random)));
            request.ResourceMetrics.Add(new ResourceMetrics { Resource = new Resource { Attributes = { Attributes(random) } }, ScopeMetrics = { scope } });
        }

        return request;
    }

    private static Metric AnyMetric(Random random)
    {
        var temporality = random.Next(3) == 0 ? AggregationTemporality.Delta : AggregationTemporality.Cumulative;
        var points = random.Next(1, 4);
        var metric = random.Next(5) switch
        {
            0 => new Metric { Gauge = new Gauge { DataPoints = { Many(points, () => Number(random)) } } },
            1 => new Metric { Sum = new Sum { AggregationTemporality = temporality, IsMonotonic = random.Next(3) > 0, DataPoints = { Many(points, () => Number(random)) } } },
            2 => new Metric { Histogram = new Histogram { AggregationTemporality = temporality, DataPoints = { Many(points, () => AnyHistogram(random)) } } },
            3 => new Metric { ExponentialHistogram = new ExponentialHistogram { AggregationTemporality = temporality, DataPoints = { Many(points, () => AnyExponential(random)) } } },
            _ => new Metric { Summary = new Summary { DataPoints = { Many(points, () => AnySummary(random)) } } },
        };
        (metric.Name, metric.Unit, metric.Description) = (One(random, Names), One(random, Units), One(random, Names));
        return metric;
    }

    private static NumberDataPoint Number(Random random)
    {
        var point = random.Next(2) == 0 ? Whole(random.Next(-5, 5), Time(random)) : Point(One(random, Numbers), Time(random));
        point.Attributes.AddRange(Attributes(random));
        point.Exemplars.AddRange(Exemplars(random));
        return point;
    }

    private static HistogramDataPoint AnyHistogram(Random random)
    {
        var bounds = One<double[]>(random, [[], [0], [-1, 1], [0.5, 1, double.PositiveInfinity], [double.NegativeInfinity, 2], [double.Epsilon, double.MaxValue], [1, 1], [double.NaN]]);
        var point = Buckets(bounds, [.. Enumerable.Range(0, bounds.Length + 1).Select(_ => (ulong)random.Next(5))], One(random, Numbers), Time(random));
        point.Attributes.AddRange(Attributes(random));
        point.Exemplars.AddRange(Exemplars(random));
        return point;
    }

    private static ExponentialHistogramDataPoint AnyExponential(Random random)
    {
        var point = new ExponentialHistogramDataPoint
        {
            Scale = One(random, [-12, -4, -1, 0, 3, 8, 14, 20, 100]),
            Positive = Some(random),
            Negative = Some(random),
            ZeroCount = (ulong)random.Next(3),
            ZeroThreshold = One(random, [0, 0.001, 1]),
            Sum = One(random, Numbers),
            TimeUnixNano = Time(random),
            StartTimeUnixNano = 1,
        };
        point.Count = point.ZeroCount + (ulong)point.Positive.BucketCounts.Concat(point.Negative.BucketCounts).Sum(count => (long)count);
        point.Attributes.AddRange(Attributes(random));
        point.Exemplars.AddRange(Exemplars(random));
        return point;
    }

    private static ExponentialHistogramDataPoint.Types.Buckets Some(Random random)
    {
        var buckets = new ExponentialHistogramDataPoint.Types.Buckets { Offset = One(random, [-100_000, -1100, -3, 0, 3, 1020, 100_000]) };
        buckets.BucketCounts.AddRange(Enumerable.Range(0, random.Next(6)).Select(_ => (ulong)random.Next(3)));
        return buckets;
    }

    private static SummaryDataPoint AnySummary(Random random)
    {
        var point = new SummaryDataPoint { Count = 3, Sum = One(random, Numbers), TimeUnixNano = Time(random) };
        point.Attributes.AddRange(Attributes(random));
        point.QuantileValues.AddRange(Many(random.Next(4), () => new SummaryDataPoint.Types.ValueAtQuantile { Quantile = One(random, Numbers), Value = One(random, Numbers) }));
        return point;
    }

    private static IEnumerable<KeyValue> Attributes(Random random) =>
        Many(random.Next(5), () => new KeyValue { Key = One(random, Keys), Value = AnyValue(random) });

    private static AnyValue AnyValue(Random random) => random.Next(6) switch
    {
        0 => new AnyValue { IntValue = random.Next(-2, 2) },
        1 => new AnyValue { DoubleValue = One(random, Numbers) },
        2 => new AnyValue { BytesValue = ByteString.CopyFrom(0, 255) },
        3 => new AnyValue { ArrayValue = new ArrayValue { Values = { new AnyValue { StringValue = "a\"\n" }, new AnyValue { BoolValue = true } } } },
        4 => new AnyValue(),
        _ => new AnyValue { StringValue = One(random, Names) },
    };

    private static IEnumerable<Exemplar> Exemplars(Random random) => Many(random.Next(2), () =>
    {
        var exemplar = Exemplar(One(random, Numbers), Time(random));
        exemplar.FilteredAttributes.AddRange(Attributes(random));
        return exemplar;
    });

    private static ulong Time(Random random) => One<ulong>(random, [0, 1, 10 * Second, 11 * Second, ulong.MaxValue]);

    private static T One<T>(Random random, ReadOnlySpan<T> of) => of[random.Next(of.Length)];

    private static List<T> Many<T>(int count, Func<T> make) => [.. Enumerable.Range(0, count).Select(_ => make())];
}
