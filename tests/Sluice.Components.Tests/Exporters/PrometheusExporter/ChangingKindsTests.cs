using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Runtime.Delivery;
using Sluice.Testing;
using Sluice.Testing.Prometheus;
using Sluice.Transport.Prometheus.Exposition;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Series whose kind and temporality change while their store is killed, against a store that is not.</summary>
public sealed class ChangingKindsTests
{
    [Fact]
    public async Task Sums_are_after_kills_what_they_are_without()
    {
        WrittenAs[][] kinds =
        [
            [WrittenAs.Counter, WrittenAs.CounterOfDeltas],
            [WrittenAs.UpDown, WrittenAs.UpDownOfDeltas, WrittenAs.Gauge],
            [WrittenAs.Histogram, WrittenAs.HistogramOfDeltas, WrittenAs.Exponential, WrittenAs.ExponentialOfDeltas],
        ];
        for (var i = 0; i < Rounds; i++)
        {
            var writers = Enumerable.Range(0, 9).ToDictionary(n => $"{"cgh"[n / 3]} {n % 3}", n => new ChangingWriter("cgh"[n / 3].ToString(), $"{n % 3}", kinds[n / 3]));
            await CompareAsync(
                unchecked(RandomSeed.Value + i),
                (random, time) => Request("s", "i", Enumerable.Range(0, random.Next(1, 4)).Select(n => writers.Values.ElementAt(random.Next(9)).Next(random, time + (2 * (ulong)n)))),
                series => !writers[series].IsDelta);
        }
    }

    [Fact]
    public async Task Deltas_of_any_kind_source_and_time_add_up_over_kills_as_without()
    {
        for (var i = 0; i < Rounds; i++)
        {
            await CompareAsync(unchecked(RandomSeed.Value + i), AnyDeltas, _ => false);
        }
    }

    private static int Rounds => Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 100 : 2;

    private static async Task CompareAsync(int seed, Func<Random, ulong, ExportMetricsServiceRequest> next, Predicate<string> mayBeAbsent)
    {
        var random = new Random(seed);
        var options = new PrometheusExporterOptions { MetricExpiration = TimeSpan.FromDays(1), SendTimestamps = true };
        await using var killed = new KilledBench(options, random);
        await using var reference = new PrometheusBench(options);
        for (var step = 0; step < 80; step++)
        {
            var segments = Enumerable.Range(1, random.Next(1, 4)).Select(n => killed.Segment(next(random, (ulong)(100 + (30 * step) + (10 * n))))).ToList();
            killed.Deliver(segments);
            reference.Add(ExporterFixture.Batch(segments));
            if (random.Next(4) > 0)
            {
                await killed.CommitSomeAsync();
            }

            if (random.Next(4) == 0)
            {
                await killed.KillAsync(() => { });
            }

            killed.Bench.ParseStrictly(NameEscaping.Underscores);
            var (shown, expected) = (Shown(killed.Bench), Shown(reference));
            foreach (var (series, message) in expected)
            {
                // What is cumulative is not saved, and shown again with its next data point.
                var other = shown.GetValueOrDefault(series);
                Assert.True(other == message || (other is null && mayBeAbsent(series)), $"{series} is {other} and not {message} in step {step}; SLUICE_SEED={seed}");
            }

            Assert.True(shown.Keys.All(expected.ContainsKey), $"{string.Join(", ", shown.Keys.Except(expected.Keys))} in step {step}; SLUICE_SEED={seed}");
        }
    }

    private static ExportMetricsServiceRequest AnyDeltas(Random random, ulong time)
    {
        var request = Request("s", "i", Enumerable.Range(0, random.Next(1, 4)).Select(_ => AnyDelta(random, time - (ulong)random.Next(50))));
        request.ResourceMetrics[0].Resource.Attributes.Add(Text("process.pid", $"{random.Next(3)}"));
        return request;
    }

    private static Metric AnyDelta(Random random, ulong time)
    {
        var (start, value, attribute) = (time - (ulong)random.Next(50), random.Next(1, 1 << 20), Text("a", $"{random.Next(2)}"));
        var flags = random.Next(8) == 0 ? 1u : 0;
        switch (random.Next(6))
        {
            case 0:
                var number = Whole(value, time, start, attribute);
                number.Flags = flags;
                return Sum("c", temporality: AggregationTemporality.Delta, points: number);
            case 1 or 2:
                var buckets = Buckets(random.Next(8) == 0 ? [2] : [1], [(ulong)value, 0], 1, time, start);
                buckets.Flags = flags;
                buckets.Attributes.Add(attribute);
                return Histogram("h", "", AggregationTemporality.Delta, buckets);
            default:
                return Exponential("h", AggregationTemporality.Delta, new ExponentialHistogramDataPoint
                {
                    Count = (ulong)value,
                    Sum = 1,
                    TimeUnixNano = time,
                    StartTimeUnixNano = start,
                    Scale = random.Next(-1, 4),
                    Flags = flags,
                    Attributes = { attribute },
                    Positive = new() { Offset = random.Next(-20, 20), BucketCounts = { (ulong)value } },
                });
        }
    }

    private static Dictionary<string, string> Shown(PrometheusBench bench) =>
        bench.Messages().Where(family => family.Name != "target_info").SelectMany(family => family.Metric.Select(metric => (family, metric)))
            .ToDictionary(shown => $"{shown.family.Name[0]} {shown.metric.Label.Single(label => label.Name == "a").Value}", shown => $"{shown.family.Type} {shown.metric}", StringComparer.Ordinal);
}
