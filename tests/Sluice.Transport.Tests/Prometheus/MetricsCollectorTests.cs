using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Buffers;
using Sluice.Runtime.Monitoring;
using Sluice.Testing;
using Sluice.Testing.Processes;
using Sluice.Transport.Prometheus;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Transport.Tests.Prometheus;

public sealed class MetricsCollectorTests : IDisposable
{
    private readonly Meter _meter = new($"test.{Guid.NewGuid():N}");
    private readonly BufferPool _buffers = new(new() { Tracking = true });
    private readonly MetricsCollector _collector;

    public MetricsCollectorTests() => _collector = new MetricsCollector(meter => meter == _meter);

    public void Dispose()
    {
        _collector.Dispose();
        _meter.Dispose();
        _buffers.Dispose();
    }

    [Fact]
    public void Every_kind_of_instrument_is_written_as_the_format_wants_it()
    {
        var accepted = _meter.CreateCounter<long>("sluice_receiver_accepted_records", "{record}", "Records taken.");
        accepted.Add(3, new("receiver", "otlp"), new("signal", "logs"));
        accepted.Add(4, new("signal", "logs"), new("receiver", "otlp"));
        accepted.Add(long.MaxValue, new KeyValuePair<string, object?>("receiver", "a\\b\"c\nd"));
        _meter.CreateUpDownCounter<int>("sluice_exporter_open_batches", "{batch}", "Line one\nand \\ two.").Add(-2);
        _meter.CreateGauge<double>("sluice_journal_fill", "1", "Share in use.").Record(0.5);
        _meter.CreateObservableGauge("sluice_buffer_rented", () => 4096L, "By", "Bytes rented.");
        _meter.CreateObservableCounter("sluice_process_cpu", () => 1.25, "s", "Time used.");
        var duration = _meter.CreateHistogram(
            "sluice_exporter_attempt_duration", "s", "Time of one attempt.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        duration.Record(0.1);
        duration.Record(0.5);
        duration.Record(7);

        Assert.Equal(
            """
            # HELP sluice_buffer_rented_bytes Bytes rented.
            # TYPE sluice_buffer_rented_bytes gauge
            sluice_buffer_rented_bytes 4096
            # HELP sluice_exporter_attempt_duration_seconds Time of one attempt.
            # TYPE sluice_exporter_attempt_duration_seconds histogram
            sluice_exporter_attempt_duration_seconds_bucket{le="0.1"} 1
            sluice_exporter_attempt_duration_seconds_bucket{le="1"} 2
            sluice_exporter_attempt_duration_seconds_bucket{le="+Inf"} 3
            sluice_exporter_attempt_duration_seconds_sum 7.6
            sluice_exporter_attempt_duration_seconds_count 3
            # HELP sluice_exporter_open_batches Line one\nand \\ two.
            # TYPE sluice_exporter_open_batches gauge
            sluice_exporter_open_batches -2
            # HELP sluice_journal_fill_ratio Share in use.
            # TYPE sluice_journal_fill_ratio gauge
            sluice_journal_fill_ratio 0.5
            # HELP sluice_process_cpu_seconds_total Time used.
            # TYPE sluice_process_cpu_seconds_total counter
            sluice_process_cpu_seconds_total 1.25
            # HELP sluice_receiver_accepted_records_total Records taken.
            # TYPE sluice_receiver_accepted_records_total counter
            sluice_receiver_accepted_records_total{receiver="otlp",signal="logs"} 7
            sluice_receiver_accepted_records_total{receiver="a\\b\"c\nd"} 9223372036854775807

            """,
            Scrape());
    }

    [Fact]
    public void Flushes_of_the_journal_have_buckets_that_suit_disks()
    {
        var observer = new JournalObserver(_meter, NullLogger.Instance);
        observer.OnFlush(1, 4096, TimeSpan.FromMicroseconds(40));
        observer.OnFlush(40, 5 << 20, TimeSpan.FromMilliseconds(1.5));
        observer.OnFlush(2000, 100 << 20, TimeSpan.FromSeconds(12));

        GoldenFile.CheckCase("tests/Sluice.Transport.Tests/Prometheus/Golden", "journal-flushes", Scrape());
    }

    [Fact]
    public async Task Promtool_finds_nothing_to_complain_about()
    {
        Assert.SkipUnless(Programs.IsInstalled("promtool"), "promtool is not installed: run tests/run --install");
        _meter.CreateCounter<long>("sluice_receiver_accepted_records", "{record}", "Records taken.").Add(3, new KeyValuePair<string, object?>("receiver", "a\\b\"c\nd"));
        _meter.CreateGauge<double>("sluice_journal_fill", "1", "Share in use: \\ and \n and \".").Record(0.5);
        _meter.CreateHistogram<double>("sluice_exporter_attempt_duration", "s", "Time of one attempt.").Record(0.5);

        using var promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"])
        {
            RedirectStandardInput = true,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        await promtool.StandardInput.WriteAsync(Scrape());
        promtool.StandardInput.Close();
        var problems = await promtool.StandardError.ReadToEndAsync() + await promtool.StandardOutput.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.Equal((0, ""), (promtool.ExitCode, problems));
    }

    [Fact]
    public void A_value_that_is_not_observed_any_more_is_gone()
    {
        var present = new List<string> { "one", "two" };
        _meter.CreateObservableGauge(
            "sluice_exporter_lag", () => present.Select(name => new Measurement<long>(1, new KeyValuePair<string, object?>("exporter", name))), "By");
        Assert.Contains("exporter=\"two\"", Scrape(), StringComparison.Ordinal);

        present.Remove("two");

        var text = Scrape();
        Assert.Contains("exporter=\"one\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("two", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_label_combinations_overflow_into_one_series()
    {
        var counter = _meter.CreateCounter<long>("sluice_receiver_peer_requests");
        for (var i = 0; i < 5000; i++)
        {
            counter.Add(1, new KeyValuePair<string, object?>("peer", i));
        }

        var lines = Scrape().Split('\n').Where(line => line.StartsWith("sluice_", StringComparison.Ordinal)).ToList();

        Assert.Equal(2001, lines.Count);
        Assert.Contains("sluice_receiver_peer_requests_total{otel_metric_overflow=\"true\"} 3000", lines);
    }

    [Fact]
    public void Two_kinds_under_one_name_are_reported_and_the_first_stays()
    {
        _meter.CreateCounter<long>("sluice_part_things").Add(1);
        _meter.CreateGauge<long>("sluice_part_things_total").Record(5);

        Assert.Single(_collector.Conflicts);
        Assert.Contains("sluice_part_things_total 1\n", Scrape(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_measurement_with_three_labels_allocates_nothing()
    {
        var counter = _meter.CreateCounter<long>("sluice_part_things");
        var histogram = _meter.CreateHistogram<double>("sluice_part_duration", "s");

        Assert.Equal(0, Allocations.Least(() => Measure(counter, histogram, 100)));
    }

    [Fact]
    public async Task Measurements_from_many_threads_are_all_counted()
    {
        var counter = _meter.CreateCounter<double>("sluice_part_things");
        var histogram = _meter.CreateHistogram<long>("sluice_part_sizes", "By");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Add(0.5, new KeyValuePair<string, object?>("n", i % 7));
                histogram.Record(i, new KeyValuePair<string, object?>("n", thread));
            }
        })));

        var samples = Parse(Scrape());

        Assert.Equal(20_000, samples.Where(s => s.Name == "sluice_part_things_total").Sum(s => s.Value));
        Assert.Equal(40_000, samples.Where(s => s.Name == "sluice_part_sizes_bytes_count").Sum(s => s.Value));
        Assert.Equal(40_000, samples.Where(s => s.Name == "sluice_part_sizes_bytes_bucket" && s.Labels["le"] == "+Inf").Sum(s => s.Value));
    }

    [Fact]
    public void Any_label_and_value_parses_back_to_itself()
    {
        var random = new Random(RandomSeed.Value);
        var gauge = _meter.CreateGauge<double>("sluice_part_value");
        var written = new Dictionary<string, double>();
        double[] special = [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.5, double.Epsilon, double.MaxValue, 1e21];
        for (var i = 0; i < 500; i++)
        {
            var label = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => "ab\\\"\n{},= é𝄞"[random.Next(10)]));
            var value = i < special.Length ? special[i] : BitConverter.Int64BitsToDouble(random.NextInt64());
            gauge.Record(value, new KeyValuePair<string, object?>("label", label));
            written[label] = value;
        }

        var read = Parse(Scrape());

        Assert.Equal(written.Count, read.Count);
        foreach (var sample in read)
        {
            Assert.True(written[sample.Labels["label"]].Equals(sample.Value), $"SLUICE_SEED={RandomSeed.Value}: {sample}");
        }
    }

    private static void Measure(Counter<long> counter, Histogram<double> histogram, int times)
    {
        for (var i = 0; i < times; i++)
        {
            counter.Add(1, new("receiver", "otlp"), new("signal", "logs"), new("reason", "memory"));
            histogram.Record(0.02, new("receiver", "otlp"), new("signal", "logs"), new("reason", "memory"));
        }
    }

    private string Scrape()
    {
        using var output = new ExpositionBuffer(_buffers);
        _collector.Write(output);
        return Encoding.UTF8.GetString(output.ToArray());
    }

    /// <summary>An independent reader of the text format: enough of it for samples with labels.</summary>
    private static List<Sample> Parse(string text)
    {
        var samples = new List<Sample>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#'))
        {
            var at = line.IndexOfAny(['{', ' ']);
            var sample = new Sample(line[..at], [], 0);
            if (line[at] == '{')
            {
                at++;
                while (line[at] != '}')
                {
                    var equals = line.IndexOf('=', at);
                    var name = line[at..equals];
                    var value = new StringBuilder();
                    for (at = equals + 2; line[at] != '"'; at++)
                    {
                        value.Append(line[at] == '\\' ? line[++at] == 'n' ? '\n' : line[at] : line[at]);
                    }

                    sample.Labels[name] = value.ToString();
                    at += line[at + 1] == ',' ? 2 : 1;
                }

                at++;
            }

            var number = line[(at + 1)..] switch { "+Inf" => "Infinity", "-Inf" => "-Infinity", var n => n };
            samples.Add(sample with { Value = double.Parse(number, CultureInfo.InvariantCulture) });
        }

        return samples;
    }

    private sealed record Sample(string Name, Dictionary<string, string> Labels, double Value);
}
