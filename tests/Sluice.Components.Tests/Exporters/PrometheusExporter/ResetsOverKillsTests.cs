using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Runtime.Delivery;
using Sluice.Testing;
using Sluice.Testing.Prometheus;
using Sluice.Transport.Prometheus.Exposition;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>
/// What is scraped of series that change, expire and are written by several, while their store is killed and what comes again takes longer than series
/// live: what goes back has begun later, nothing is lost and nothing there twice.
/// </summary>
public sealed class ResetsOverKillsTests
{
    private const int Expiration = 10;

    [Fact]
    public async Task What_goes_back_has_begun_later()
    {
        for (var i = 0; i < (Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 100 : 3); i++)
        {
            await new Run(unchecked(RandomSeed.Value + i)).AddOverKillsAsync();
        }
    }

    private sealed class Run(int seed)
    {
        private static readonly WrittenAs[][] Kinds =
        [
            [WrittenAs.Counter, WrittenAs.CounterOfDeltas],
            [WrittenAs.Histogram, WrittenAs.HistogramOfDeltas, WrittenAs.Exponential, WrittenAs.ExponentialOfDeltas],
            [WrittenAs.Counter, WrittenAs.CounterOfDeltas, WrittenAs.UpDown, WrittenAs.UpDownOfDeltas, WrittenAs.Gauge],
        ];

        private readonly Random _random = new(seed);

        // Two series of each kind that one writes, by the letter of their metric; the third of them change their type, and are left out while it conflicts.
        private readonly ChangingWriter[] _writers = [.. Enumerable.Range(0, 6).Select(i => new ChangingWriter($"{"chm"[i / 2]}{i % 2}", "0", Kinds[i / 2]))];
        private readonly Dictionary<string, List<(long Value, int Second)>> _given = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (WrittenAs Kind, double Bound)> _shapes = new(StringComparer.Ordinal);
        private readonly Dictionary<string, (double Value, long Start)> _shown = new(StringComparer.Ordinal);
        private int _second = 100;
        private ulong _time;
        private (ulong Start, long Value) _cumulative = (Second, 0);
        private int _deltaSecond;

        public async Task AddOverKillsAsync()
        {
            await using var killed = new KilledBench(
                new PrometheusExporterOptions { MetricExpiration = TimeSpan.FromSeconds(Expiration), SendTimestamps = _random.Next(2) == 0 }, _random);
            for (var step = 0; step < 100; step++)
            {
                if (_random.Next(2) == 0)
                {
                    var seconds = _random.Next(10) == 0 ? 9 : _random.Next(1, 3);
                    _second += seconds;
                    killed.Bench.Fixture.Time.Advance(TimeSpan.FromMilliseconds((seconds * 1000) - _random.Next(500)));
                }

                _time = Math.Max(_time, (ulong)_second * Second);
                killed.Deliver([.. Enumerable.Range(0, _random.Next(1, 4)).Select(_ => killed.Segment(Any()))]);
                if (_random.Next(3) > 0)
                {
                    Check(killed.Bench, step);
                }

                if (_random.Next(4) > 0)
                {
                    await killed.CommitSomeAsync();
                }

                if (_random.Next(5) == 0)
                {
                    await killed.KillAsync(() => killed.Bench.Fixture.Time.Advance(TimeSpan.FromSeconds(_random.Next(2 * Expiration))));
                    Check(killed.Bench, step);
                }
            }

            await CheckNothingStaysAsync(killed);
        }

        private async Task CheckNothingStaysAsync(KilledBench killed)
        {
            await killed.CommitAllAsync();
            killed.Bench.Fixture.Time.Advance(TimeSpan.FromSeconds(2 * Expiration));
            Assert.Equal("", killed.Bench.Text());
            killed.Deliver([killed.Segment(Request("s", "i", Gauge("last", "", Point(1, _time))))]);
            await killed.CommitAllAsync();
            Assert.True(killed.Bench.SavedEntries == 0, $"{killed.Bench.SavedEntries} entries stay; SLUICE_SEED={seed}");
        }

        private ExportMetricsServiceRequest Any()
        {
            if (_random.Next(2) == 0)
            {
                return Request("s", "i", Enumerable.Range(0, _random.Next(1, 4)).Select(_ => OfOne(_writers[_random.Next(_writers.Length)])));
            }

            var request = Request("s", "i", Enumerable.Range(0, _random.Next(1, 4)).Select(_ => OfMany()));
            request.ResourceMetrics[0].Resource.Attributes.Add(Text("process.pid", $"{_random.Next(3)}"));
            return request;
        }

        /// <summary>Of a series with one writer.</summary>
        private Metric OfOne(ChangingWriter writer)
        {
            var metric = writer.Next(_random, _time += 10);
            if (!_shapes.TryGetValue(metric.Name, out var shape) || shape != writer.Shape)
            {
                _given[metric.Name] = [];
            }

            _shapes[metric.Name] = writer.Shape;
            if (!writer.IsStale)
            {
                _given[metric.Name].Add((writer.Value, _second));
            }

            return metric;
        }

        /// <summary>Deltas of series that several write, none of which waits for the others.</summary>
        private Metric OfMany()
        {
            var time = (_time += 10) - ((ulong)_random.Next(3) * Second);
            var (start, value) = (time - ((ulong)_random.Next(3) * Second), _random.Next(1, 1 << 20));
            switch (_random.Next(6))
            {
                case 4:
                    // A cumulative source that is started again and again, among deltas. It is not saved: lest another one comes first, it has begun before those.
                    // And it does not outlive them: what comes after they expired would have begun before them.
                    if (_random.Next(4) == 0 || _second - _deltaSecond >= Expiration)
                    {
                        _cumulative = (_time - (5 * Second), 0);
                    }

                    _cumulative.Value += value;
                    return Sum("w", points: Whole(_cumulative.Value, _time, _cumulative.Start));
                case 5:
                    _deltaSecond = _second;
                    return Sum("w", temporality: AggregationTemporality.Delta, points: Whole(value, _time, _time - ((ulong)_random.Next(3) * Second)));
                case 0:
                    (_given.TryGetValue("d", out var all) ? all : _given["d"] = []).Add((value, _second));
                    return Sum("d", temporality: AggregationTemporality.Delta, points: Whole(value, time, start));
                case 1:
                    return Exponential("x", AggregationTemporality.Delta, new ExponentialHistogramDataPoint
                    {
                        Count = (ulong)value,
                        TimeUnixNano = time,
                        StartTimeUnixNano = start,
                        Positive = new() { BucketCounts = { (ulong)value } },
                    });
                default:
                    return Histogram(_random.Next(2) == 0 ? "x" : "b", "", AggregationTemporality.Delta, Buckets([_random.Next(4) / 3], [(ulong)value, 0], value, time, start));
            }
        }

        private void Check(PrometheusBench bench, int step)
        {
            bench.ParseStrictly(NameEscaping.Underscores);
            var scraped = new Dictionary<string, double>(StringComparer.Ordinal);
            foreach (var family in bench.Messages().Where(family => family.Name != "target_info"))
            {
                var metric = Assert.Single(family.Metric);
                var name = family.Name.Split('_')[0];
                var value = metric.Counter?.Value ?? metric.Histogram?.SampleCount ?? metric.Gauge.Value;
                var start = metric.Counter?.CreatedTimestamp ?? metric.Histogram?.CreatedTimestamp;
                scraped[name] = value;
                if (start is not null)
                {
                    var now = (Value: value, Start: (start.Seconds * (long)Second) + start.Nanos);
                    Assert.True(
                        !_shown.TryGetValue(family.Name, out var before) || now.Value >= before.Value || now.Start > before.Start,
                        $"{family.Name} was {before} and is {now} in step {step}; SLUICE_SEED={seed}");
                    _shown[family.Name] = now;
                }
            }

            foreach (var writer in _writers.Where(writer => writer.Name[0] != 'm' && _given.ContainsKey(writer.Name)))
            {
                Check(writer.Name, writer.IsDelta, writer.IsStale, scraped, step);
            }

            if (_given.ContainsKey("d"))
            {
                Check("d", isDelta: true, isStale: false, scraped, step);
            }

            // What the start of a series was tells nothing of that of another one.
            foreach (var gone in _shown.Keys.Where(name => !scraped.ContainsKey(name.Split('_')[0])).ToList())
            {
                _shown.Remove(gone);
            }
        }

        private void Check(string name, bool isDelta, bool isStale, Dictionary<string, double> scraped, int step)
        {
            var all = _given[name];
            if (!scraped.TryGetValue(name, out var value))
            {
                // What is cumulative is not saved, and shown again with its next data point.
                Assert.True(isStale || !isDelta || _second - all[^1].Second >= Expiration, $"{name} is not there in step {step}; SLUICE_SEED={seed}");
                return;
            }

            Assert.False(isStale, $"{name} is stale and shown in step {step}; SLUICE_SEED={seed}");
            var from = all.Count - 1;
            double sum = all[from].Value;
            while (isDelta && from > 0 && sum < value)
            {
                sum += all[--from].Value;
            }

            Assert.True(sum == value, $"{name} is {value}, which is no sum of the last ones, in step {step}; SLUICE_SEED={seed}");
            Assert.True(
                !isDelta || from == 0 || all[from].Second - all[from - 1].Second >= Expiration,
                $"{name} has lost what came before {from} in step {step}; SLUICE_SEED={seed}");
        }
    }
}
