using System.Net.Sockets;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Transport.Prometheus.Exposition;
using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>An answer shows the moment of its scrape, however late it is written.</summary>
public sealed class SnapshotTests
{
    private const AggregationTemporality Delta = AggregationTemporality.Delta;

    [Theory]
    [InlineData(ExpositionFormat.Text, true)]
    [InlineData(ExpositionFormat.OpenMetrics, false)]
    [InlineData(ExpositionFormat.OpenMetrics, true)]
    [InlineData(ExpositionFormat.Protobuf, false)]
    [InlineData(ExpositionFormat.Protobuf, true)]
    public async Task What_comes_after_the_scrape_is_not_in_it(ExpositionFormat format, bool timestamps)
    {
        await using var bench = new PrometheusBench(new PrometheusExporterOptions { SendTimestamps = timestamps, TranslationStrategy = NameStrategy.NoTranslation });
        var request = new ScrapeRequest(format, NameEscaping.Values);
        var random = new Random(RandomSeed.Value);
        ulong time = 0;
        for (var round = 0; round < 40; round++)
        {
            Change();
            using var snapshot = bench.Capture(request);
            using var same = bench.Capture(request);
            var expected = bench.Bytes(same);
            Change();
            bench.Fixture.Time.Advance(TimeSpan.FromMinutes(random.Next(10) == 0 ? 6 : random.Next(3)));
            Change();
            Assert.Equal(expected, bench.Bytes(snapshot));
        }

        void Change()
        {
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                bench.Add(AnyOf(random, (++time) * Second));
            }
        }
    }

    [Fact]
    public async Task A_scraper_that_does_not_read_holds_up_nobody_and_takes_little_memory()
    {
        await using var fixture = new ExporterFixture();
        await using var exporter = await fixture.StartAsync(new PrometheusExporterFactory(), new PrometheusExporterOptions { Endpoint = EndpointText.Parse("127.0.0.1:0") });
        var text = new string('x', 500);
        await DeliverAsync(Enumerable.Range(0, 20_000).Select(n => Point(n, 10, 1, Text("n", $"{n}{text}"))));
        var before = fixture.Pool.Buffers.RentedBytes;

        var address = EndpointText.Parse(exporter.Endpoints[0].Address);
        using var slow = new TcpClient(address.Host, address.Port);
        await slow.GetStream().WriteAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());
        var first = new byte[1000];
        await slow.GetStream().ReadExactlyAsync(first);

        // It has begun to be answered, with more than the system keeps for it: the rest waits for it, and nobody else does.
        await DeliverAsync([Point(-1, 20, 1, Text("n", $"0{text}"))]);
        using var http = new HttpClient();
        var answer = await http.GetStringAsync(new Uri($"http://{exporter.Endpoints[0].Address}/metrics"));
        Assert.Contains($"n=\"0{text}\",otel_scope_name=\"lib\",otel_scope_version=\"1\"}} -1\n", answer, StringComparison.Ordinal);
        Assert.True(answer.Length > 10 << 20, "an answer of many megabytes");
        Assert.InRange(fixture.Pool.Buffers.RentedBytes - before, 1, 2 << 20);

        async Task DeliverAsync(IEnumerable<NumberDataPoint> points) =>
            await ExporterFixture.DeliverAsync(exporter, fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("g", "", points))));
    }

    /// <summary>A metric of any kind, of few series, so that the same ones change.</summary>
    private static ExportMetricsServiceRequest AnyOf(Random random, ulong time)
    {
        var number = Point(random.Next(100) / 4.0, time, 1, Text("k.x", $"{random.Next(3)}"));
        number.Flags = random.Next(5) == 0 ? 1u : 0;
        var counter = Whole(random.Next(100), time, time - 1, Text("a", $"{random.Next(3)}"));
        double[] bounds = random.Next(4) == 0 ? [3] : [1, 2];
        var histogram = Buckets(bounds, [.. Enumerable.Range(0, bounds.Length + 1).Select(_ => (ulong)random.Next(5))], random.Next(50), time);
        var exponential = new ExponentialHistogramDataPoint
        {
            Scale = random.Next(-6, 4),
            TimeUnixNano = time,
            Sum = 3,
            Positive = new() { Offset = random.Next(-9, 9), BucketCounts = { 1, 0, (ulong)random.Next(3) } },
        };
        exponential.Count = (ulong)exponential.Positive.BucketCounts.Sum(count => (long)count);
        if (random.Next(2) == 0)
        {
            counter.Exemplars.Add(Exemplar(1, time));
            histogram.Exemplars.Add(Exemplar(random.Next(4), time));
            exponential.Exemplars.Add(Exemplar(random.Next(4), time));
        }

        var summary = new SummaryDataPoint { Count = 2, Sum = random.Next(9), TimeUnixNano = time };
        summary.QuantileValues.Add(new SummaryDataPoint.Types.ValueAtQuantile { Quantile = random.Next(2) == 0 ? 0.5 : 0.9, Value = random.Next(9) });
        return Request("s", $"i{random.Next(2)}", random.Next(5) switch
        {
            0 => Gauge("g", "", number),
            1 => Sum("c.d", temporality: Delta, points: counter),
            2 => Histogram("h", "s", Delta, histogram),
            3 => Exponential("e", Delta, exponential),
            _ => new Metric { Name = "s", Summary = new Summary { DataPoints = { summary } } },
        });
    }
}
