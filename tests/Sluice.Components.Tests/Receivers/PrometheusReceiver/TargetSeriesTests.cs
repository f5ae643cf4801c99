using System.Globalization;
using System.Text;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Receivers.PrometheusReceiver.Conversion;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Receivers.PrometheusReceiver.Scraping;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

public sealed class TargetSeriesTests : IDisposable
{
    private readonly BufferPool _pool = new(new() { Tracking = true });
    private readonly TargetSeries _series = new();
    private readonly ScrapeBuffers _buffers = new();
    private readonly SampleFeed _feed;
    private ulong _time;

    public TargetSeriesTests()
    {
        var job = new ScrapeOptions { JobName = "job" };
        var rule = new RelabelRule(new RelabelOptions { SourceLabels = ["__name__"], Regex = "dropped.*", Action = RelabelAction.Drop });
        _feed = new SampleFeed(Target.Create(job, new GlobalScrapeOptions(), [], "target:80", [])!, job, [rule], trimSuffixes: false);
    }

    public void Dispose()
    {
        Assert.Equal(0, _pool.RentedCount);
        _pool.Dispose();
    }

    /// <summary>Series come and go at random; now and then a scrape fails, or is not kept. What is written is held against sets of their names.</summary>
    [Fact]
    public void What_is_new_and_what_has_ended_is_known_whatever_comes_and_goes()
    {
        var random = new Random(RandomSeed.Value);
        var kept = new Dictionary<string, ulong>(StringComparer.Ordinal);
        for (var scrape = 1; scrape <= 300; scrape++)
        {
            var isFailed = random.Next(20) == 0;
            var share = random.NextDouble();
            var listed = Enumerable.Range(0, 60).Where(_ => random.NextDouble() < share).Select(number => $"s{number % 7}_total{{n=\"{number}\"}}").ToList();
            List<string> names = isFailed ? [] : listed;
            var text = "# TYPE s0 counter\n# TYPE s1_total counter\ndropped 1\n" + string.Concat(listed.Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} {scrape}\n"))) + (isFailed ? "}\n" : "");
            _time = (ulong)scrape;
            var (added, request) = Read(text);
            RandomSeed.Explain(
                scrape,
                () =>
                {
                    Assert.Equal(isFailed ? 0 : names.Count(name => !kept.ContainsKey(name)), added);
                    var (found, ended) = Points(request);
                    Assert.Equal(names.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
                    Assert.Equal(kept.Keys.Except(names).Order(StringComparer.Ordinal), ended.Order(StringComparer.Ordinal));
                    Assert.All(found, point => Assert.Equal(scrape, point.Value.AsDouble));
                    Assert.All(
                        found.Where(point => point.Key.StartsWith("s0", StringComparison.Ordinal)),
                        point => Assert.Equal(kept.GetValueOrDefault(point.Key, _time), point.Value.StartTimeUnixNano));
                },
                () => text);
            if (random.Next(10) > 0)
            {
                _series.Keep();
                kept = names.ToDictionary(name => name, name => kept.GetValueOrDefault(name, _time), StringComparer.Ordinal);
            }
        }
    }

    [Fact]
    public void A_scrape_of_known_series_allocates_nothing()
    {
        var text = new StringBuilder("# TYPE requests counter\n# HELP requests Requests.\n# TYPE latency histogram\n");
        for (var number = 0; number < 500; number++)
        {
            text.Append(CultureInfo.InvariantCulture, $"requests_total{{path=\"/{number}\",method=\"GET\",code=\"200\"}} {number}\ndropped_{number} 1\nescaped{{a=\"\\\\\\n{number}\"}} 1.5e3\n");
            text.Append(CultureInfo.InvariantCulture, $"latency_bucket{{path=\"/{number}\",le=\"0.5\"}} 1\nlatency_bucket{{path=\"/{number}\",le=\"+Inf\"}} 2\nlatency_sum{{path=\"/{number}\"}} 3\nlatency_count{{path=\"/{number}\"}} 2\n");
        }

        var exposition = Encoding.UTF8.GetBytes(text.ToString());
        Assert.Equal(0, Allocations.Least(() =>
        {
            _series.Begin(_buffers);
            _feed.Read([exposition], isOpenMetrics: false, long.MaxValue, _series, _buffers);
            new ScrapeFacts(true, 1, 2, 3, _series.Added()).AddTo(_series, _feed.Job, _feed.Instance, _feed.Attributes);
            _series.Complete(++_time);
            _series.Keep();
        }));
    }

    private (int Added, ExportMetricsServiceRequest Request) Read(string text)
    {
        _series.Begin(_buffers);
        try
        {
            _feed.Read([Encoding.UTF8.GetBytes(text)], isOpenMetrics: false, long.MaxValue, _series, _buffers);
        }
        catch (ExpositionException)
        {
            _series.Begin(_buffers);
        }

        var added = _series.Added();
        _series.Complete(_time);
        using var output = new PooledBufferWriter(_pool, "test");
        var writer = new PointWriter(output, _series, _buffers, _time);
        for (var source = _series.FirstSource; source >= 0; source = _series.Sources[source].Chain.Next)
        {
            writer.Write(source, [], InfoSpan.Before);
            writer.Write(source, [], InfoSpan.Current);
        }

        return (added, ExportMetricsServiceRequest.Parser.ParseFrom(output.WrittenSpan));
    }

    private static (Dictionary<string, NumberDataPoint> Found, List<string> Ended) Points(ExportMetricsServiceRequest request)
    {
        var (found, ended) = (new Dictionary<string, NumberDataPoint>(StringComparer.Ordinal), new List<string>());
        foreach (var metric in request.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics))
        {
            foreach (var point in metric.DataCase == Metric.DataOneofCase.Sum ? metric.Sum.DataPoints : metric.Gauge.DataPoints)
            {
                var name = $"{metric.Name}{{n=\"{point.Attributes.Single().Value.StringValue}\"}}";
                if (point.Flags == 0)
                {
                    found.Add(name, point);
                }
                else
                {
                    ended.Add(name);
                }
            }
        }

        return (found, ended);
    }
}
