using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

/// <summary>
/// Targets whose series come, go, change their types, have times of their own or not, that fail and come back, under clocks that are set: all that comes of
/// them is held against <see cref="TargetModel"/>, and remote write has to take it in the order in which it comes.
/// </summary>
public sealed class ScrapeModelTests
{
    private static readonly string[] Labels = ["n=\"0\"", "n=\"1\"", "n=\"2\""];

    /// <summary>Remote write sends nothing that is further ahead: the ends of series after a clock that was.</summary>
    private const long LongestAheadMs = 600_000;

    private readonly List<string> _steps = [];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_of_a_target_is_what_a_model_says_and_in_order(bool honorsTimestamps)
    {
        for (var number = 0; number < 12; number++)
        {
            var random = new Random(RandomSeed.Value + number);
            _steps.Clear();
            try
            {
                await RunAsync(random, honorsTimestamps, scrapes: 15);
            }
            catch (Exception e)
            {
                RandomSeed.Explain(number, () => throw e, () => string.Join("\n", _steps));
            }
        }
    }

    private async Task RunAsync(Random random, bool honorsTimestamps, int scrapes)
    {
        await using var target = await ScrapedTarget.StartAsync(new ScrapeOptions { JobName = "job", HonorTimestamps = honorsTimestamps });
        await using var remote = new EncoderBench(new() { TargetInfo = new() { Enabled = false }, TranslationStrategy = NameStrategy.NoTranslation });
        var model = new TargetModel(honorsTimestamps);
        var sent = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var scrape = 0; scrape <= scrapes; scrape++)
        {
            Pass(random, target.Time);
            var nowMs = target.NowMs;
            TargetPage page;
            IReadOnlyList<ModelPoint> expected;
            ExportMetricsServiceRequest request;
            if (scrape < scrapes)
            {
                page = PageOf(random, nowMs);
                _steps.Add($"-- {nowMs}{(page.IsLost ? " lost" : "")}\n{page.Text}");
                expected = model.Scrape(page, nowMs);
                request = await target.ScrapeAsync(page.IsFailed && page.Samples.Count == 0 ? null : page.Text, page.IsLost);
            }
            else
            {
                page = new TargetPage(new Dictionary<string, string>(), [], null, IsFailed: true, IsLost: false);
                _steps.Add($"-- {nowMs} gone");
                expected = model.End(nowMs);
                request = await target.EndAsync();
            }

            var points = ScrapeBench.Points(request).Where(point => point.Metric.Name != "scrape_duration_seconds").ToList();
            AssertSame(expected.Select(Text), points.Select(Text));
            Assert.All(points, point => Assert.True(point.Start <= point.Time, $"{point} starts after its time"));
            if (!page.IsLost)
            {
                remote.Fixture.Time.ShiftWallClock(target.Time.GetUtcNow() - remote.Fixture.Time.GetUtcNow());
                var taken = Samples(remote, request);
                AssertSame(expected.Select(Sample).Where(sample => sample.TimeMs <= nowMs + LongestAheadMs && Takes(sent, sample)).Select(Text), taken);
            }
        }
    }

    private static void AssertSame(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        var (missing, more) = (expected.ToList(), new List<string>());
        foreach (var one in actual)
        {
            if (!missing.Remove(one))
            {
                more.Add(one);
            }
        }

        Assert.True(missing.Count + more.Count == 0, $"missing: {string.Join("; ", missing)}\nmore: {string.Join("; ", more)}");
    }

    /// <summary>Time goes on; now and then somebody sets the clock, also such that it shows nearly what it showed before.</summary>
    private static void Pass(Random random, ManualTimeProvider time)
    {
        time.Advance(TimeSpan.FromSeconds(10));
        time.ShiftWallClock(random.Next(12) switch
        {
            0 => TimeSpan.FromMilliseconds(random.Next(-10_001, -9_996)),
            1 => TimeSpan.FromSeconds(-random.Next(60)),
            2 => TimeSpan.FromMinutes(random.Next(-30, 30)),
            3 => TimeSpan.FromMilliseconds(random.Next(-20, 20)),
            _ => TimeSpan.Zero,
        });
    }

    private static TargetPage PageOf(Random random, long nowMs)
    {
        var types = new Dictionary<string, string>(StringComparer.Ordinal) { ["h"] = "histogram" };
        foreach (var name in (string[])["a", "b", "c_total"])
        {
            if (random.Next(6) is var type and > 0)
            {
                types[name] = type == 1 ? "gauge" : "counter";
            }
        }

        var samples = new List<PageSample>();
        foreach (var name in (string[])["a", "b", "c_total", "h"])
        {
            samples.AddRange(Labels.Where(_ => random.Next(4) > 0).Select(labels => new PageSample(name, labels, random.Next(5) == 0 ? random.Next(5) : (int)(nowMs / 1000 % 100_000), TimeOf(random, nowMs))));
        }

        if (random.Next(5) == 0)
        {
            samples.Add(new PageSample("up", "", 7, TimeOf(random, nowMs)));
        }

        for (var i = random.Next(3); i > 0 && samples.Count > 0; i--)
        {
            var twice = samples[random.Next(samples.Count)];
            if (twice.Name != "h" && (twice.TimeMs is null || twice.TimeMs < nowMs))
            {
                samples.Add(twice with { Value = twice.Value + 1 });
            }
        }

        var isFailed = random.Next(8) == 0;
        return new TargetPage(types, isFailed && random.Next(2) == 0 ? [] : samples, random.Next(10) switch { 0 => null, 1 => "2", _ => "1" }, isFailed, IsLost: random.Next(10) == 0);
    }

    private static long? TimeOf(Random random, long nowMs) => random.Next(12) switch
    {
        0 => nowMs - random.Next(30_000),
        1 => nowMs / 20_000 * 20_000,
        2 => nowMs + random.Next(20_000),
        3 => nowMs + 700_000,
        _ => null,
    };

    private static string Text(ModelPoint point) =>
        FormattableString.Invariant($"{point.Shape} {point.Name}{{{point.Labels}}} {(point.IsStale ? "ended" : $"{point.Value} since {point.StartMs}")} at {point.TimeMs} of {point.Info}");

    private static string Text(ScrapedPoint point)
    {
        var shape = point.Metric.DataCase switch { Metric.DataOneofCase.Histogram => "histogram", Metric.DataOneofCase.Sum => "counter", _ => "gauge" };
        var labels = string.Join(',', point.Attributes.Select(attribute => $"{attribute.Key}=\"{attribute.Value.StringValue}\""));
        var value = point.IsStale ? 0 : point.Metric.DataCase == Metric.DataOneofCase.Histogram ? point.Histogram.Count : point.Number;
        var info = point.Resource.FirstOrDefault(attribute => attribute.Key == "v")?.Value.StringValue;
        return Text(new ModelPoint(shape, point.Metric.Name, labels, (long)(point.Time / 1_000_000), value, point.IsStale, (long)(point.Start / 1_000_000), info));
    }

    /// <summary>What Prometheus has of a point; of a histogram its count does for all.</summary>
    private static (string Series, long TimeMs, double Value) Sample(ModelPoint point) =>
        ($"{point.Name}{(point.Shape == "histogram" ? "_count" : "")}{{{point.Labels}}}", point.TimeMs, point.IsStale ? double.NaN : point.Value);

    /// <summary>Prometheus takes samples of a series in the order of their times.</summary>
    private static bool Takes(Dictionary<string, long> sent, (string Series, long TimeMs, double Value) sample)
    {
        var takes = sample.TimeMs > sent.GetValueOrDefault(sample.Series, long.MinValue);
        if (takes)
        {
            sent[sample.Series] = sample.TimeMs;
        }

        return takes;
    }

    private static string Text((string Series, long TimeMs, double Value) sample) => FormattableString.Invariant($"{sample.Series} {sample.Value} {sample.TimeMs}");

    private static IEnumerable<string> Samples(EncoderBench remote, ExportMetricsServiceRequest request) =>
        from series in remote.Encode(request).Timeseries
        let name = series.Labels.First(label => label.Name == "__name__").Value
        where name is not "scrape_duration_seconds" && !name.StartsWith("h_bucket", StringComparison.Ordinal) && !name.StartsWith("h_sum", StringComparison.Ordinal)
        let labels = series.Labels.Where(label => label.Name == "n").Select(label => $"{label.Name}=\"{label.Value}\"")
        from sample in series.Samples
        select Text(($"{name}{{{string.Join(',', labels)}}}", sample.Timestamp, sample.Value));
}
