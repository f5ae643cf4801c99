using System.Globalization;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Testing;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Sums of deltas over kills, in the midst of commits too, while series expire and reach limits and records come again in other batches.</summary>
public sealed class SumsOverKillsTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(4, 0)]
    [InlineData(0, 1)]
    public async Task What_is_shown_is_all_that_was_accepted_since_the_series_began(int maxSeries, int maxSeriesPerMetric)
    {
        for (var i = 0; i < (Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 100 : 2); i++)
        {
            await AddOverKillsAsync(maxSeries, maxSeriesPerMetric, unchecked(RandomSeed.Value + i));
        }
    }

    private static async Task AddOverKillsAsync(int maxSeries, int maxSeriesPerMetric, int seed)
    {
        var random = new Random(seed);
        await using var killed = new KilledBench(
            new PrometheusExporterOptions { MetricExpiration = TimeSpan.FromSeconds(10), MaxSeries = maxSeries, MaxSeriesPerMetric = maxSeriesPerMetric }, random);
        var bench = killed.Bench;
        var hasLimit = maxSeries + maxSeriesPerMetric > 0;
        var given = new Dictionary<string, List<(double Value, int Second)>>(StringComparer.Ordinal);
        var since = new Dictionary<string, (int Since, int Count)>(StringComparer.Ordinal);
        var second = 0;
        for (var step = 0; step < 120; step++)
        {
            if (random.Next(2) == 0)
            {
                var seconds = random.Next(10) == 0 ? 9 : random.Next(1, 3);
                second += seconds;
                bench.Fixture.Time.Advance(TimeSpan.FromMilliseconds((seconds * 1000) - random.Next(500)));
            }

            killed.Deliver([.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => killed.Segment(Any(random, given, second, maxSeries == 0)))]);
            Check();
            if (random.Next(4) > 0)
            {
                await killed.CommitSomeAsync();
            }

            if (random.Next(6) == 0)
            {
                await killed.KillAsync(() => { });
                Check();
            }
        }

        void Check()
        {
            foreach (var (series, value) in Shown(bench.Text()))
            {
                var all = given[series];
                var sum = 0.0;
                var from = all.Count;
                while (from > 0 && sum < value)
                {
                    sum += all[--from].Value;
                }

                Assert.True(sum == value, $"{series} is {value}, which is no sum of the last ones; SLUICE_SEED={seed}");
                if (since.TryGetValue(series, out var before) && before.Since < from && !hasLimit)
                {
                    // It expired: there was silence.
                    var silence = all[from].Second - all[from - 1].Second;
                    Assert.True(silence >= 10, $"{series} lost {from - before.Since} of what it had, after {silence} s; SLUICE_SEED={seed}");
                }

                if (!hasLimit && since.TryGetValue(series, out before))
                {
                    Assert.True(from <= before.Since || from >= before.Count, $"{series} had what came before {from} when {before.Count} were there; SLUICE_SEED={seed}");
                }

                since[series] = (from, all.Count);
            }
        }
    }

    private static IEnumerable<(string Series, double Value)> Shown(string text) =>
        text.Split('\n').Where(line => line.Length > 0 && line[0] != '#' && line.Contains("a=\"", StringComparison.Ordinal) && !line.Contains("le=", StringComparison.Ordinal)
            && !line.Contains("_sum", StringComparison.Ordinal)).Select(line => (
            line[..line.IndexOfAny(['{', '_'])] + line.Split("a=\"")[1][0],
            double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture)));

    private static ExportMetricsServiceRequest Any(Random random, Dictionary<string, List<(double Value, int Second)>> given, int second, bool hasSources)
    {
        var (kind, name) = (random.Next(3), random.Next(3).ToString(CultureInfo.InvariantCulture));
        var series = "dhe"[kind] + name;
        var all = given.TryGetValue(series, out var found) ? found : given[series] = [];
        var value = random.Next(1, 1 << 20);
        all.Add((value, second));
        var time = (ulong)(second + 1) * Second;
        var attribute = Text("a", name);
        var metric = kind switch
        {
            0 => Sum("d", temporality: AggregationTemporality.Delta, points: Whole(value, time, time - 1, attribute)),
            1 => Histogram("h", "", AggregationTemporality.Delta, With(Buckets([1], [(ulong)value, 0], 1, time), attribute)),
            _ => Exponential("e", AggregationTemporality.Delta, new ExponentialHistogramDataPoint
            {
                Count = (ulong)value,
                Sum = 1,
                TimeUnixNano = time,
                Scale = random.Next(-1, 4),
                Attributes = { attribute },
                Positive = new() { Offset = random.Next(-20, 20), BucketCounts = { (ulong)value } },
            }),
        };
        var request = Request("s", "i", metric);
        request.ResourceMetrics[0].Resource.Attributes.Add(Text("process.pid", $"{(hasSources ? random.Next(2) : 0)}"));
        return request;
    }

    private static HistogramDataPoint With(HistogramDataPoint point, OpenTelemetry.Proto.Common.V1.KeyValue attribute)
    {
        point.Attributes.Add(attribute);
        return point;
    }
}
