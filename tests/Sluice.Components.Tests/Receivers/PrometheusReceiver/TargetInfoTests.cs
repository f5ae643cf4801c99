using Sluice.Components.Tests.Exporters.PrometheusExporter;
using Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;
using Sluice.Testing;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

/// <summary>What a target says of itself is of the identity of its series: held against what the exporter <c>prometheus</c> shows of them.</summary>
public sealed class TargetInfoTests : IAsyncLifetime
{
    private const string Page = "otel_scope_info{otel_scope_name=\"lib\",mascot=\"bear\"} 1\na{otel_scope_name=\"lib\"} 1\nb 1\n";

    private readonly ScrapeBench _bench = new();
    private readonly PrometheusBench _exporter = new();
    private MetricsTarget _target = null!;
    private int _exported;

    public async ValueTask InitializeAsync() => _target = await MetricsTarget.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _exporter.DisposeAsync();
        await _target.DisposeAsync();
    }

    [Fact]
    public async Task A_target_that_fails_is_down_and_shows_nothing_else()
    {
        _target.Expose("target_info{env=\"prod\"} 1\n" + Page);
        await _bench.StartAsync(_target.Address);
        Assert.Equal(["a 1", "b 1", "up 1"], Shown());
        Fail();
        await _bench.ScrapeAsync();
        Assert.Equal(["up 0"], Shown());
        await _bench.ScrapeAsync();
        Assert.Equal(["up 0"], Shown());
        Assert.All(_bench.Points(), point => Assert.Contains("env=prod", point.ResourceText, StringComparison.Ordinal));
    }

    [Fact]
    public async Task That_holds_also_when_many_series_have_gone_before()
    {
        const string Info = "target_info{env=\"prod\"} 1\n";
        _target.Expose(Info + Page + string.Concat(Enumerable.Range(0, 100).Select(number => $"c{{number=\"{number}\"}} 1\n")));
        await _bench.StartAsync(_target.Address);
        _target.Expose(Info + Page);
        await _bench.ScrapeAsync();
        Assert.Equal(["a 1", "b 1", "up 1"], Shown());
        Fail();
        await _bench.ScrapeAsync();
        Assert.Equal(["up 0"], Shown());
    }

    [Fact]
    public async Task A_target_that_is_gone_shows_nothing()
    {
        _target.Expose("target_info{env=\"prod\"} 1\n" + Page);
        var file = Path.Combine(_bench.Directory, "targets.json");
        await File.WriteAllTextAsync(file, $$"""[{"targets": ["{{_target.Address}}"]}]""");
        await _bench.StartJobAsync($"job_name: job, file_sd_configs: [{{files: ['{file}'], refresh_interval: 10s}}]", timers: 2);
        await _bench.PointAsync("a");
        Assert.Equal(["a 1", "b 1", "up 1"], Shown());
        await File.WriteAllTextAsync(file, "[]");
        _bench.Tick();
        await Eventually.TrueAsync(() => _bench.Points().Any(point => point.IsStale), "the target is gone");
        Assert.Equal([], Shown());
    }

    [Theory]
    [InlineData("target_info{env=\"prod\"} 1\n", "target_info{env=\"stage\"} 1\n", "env=prod", "env=stage")]
    [InlineData("target_info{env=\"prod\"} 1\n", "", "env=prod", "")]
    [InlineData("", "target_info{env=\"stage\"} 1\n", "", "env=stage")]
    public async Task What_is_said_otherwise_ends_all_series_and_begins_them_anew(string before, string after, string ended, string begun)
    {
        _target.Expose(before + Page);
        await _bench.StartAsync(_target.Address);
        Assert.Equal(["a 1", "b 1", "up 1"], Shown());
        var old = _bench.Points().Count;

        _target.Expose(after + "b 2\n");
        await _bench.ScrapeAsync();
        Assert.Equal(["b 2", "up 1"], Shown());
        var points = _bench.Points().Skip(old).ToList();
        Assert.Equal(7, points.Count(point => point.IsStale));
        Assert.Equal(6, points.Count(point => !point.IsStale));
        Assert.Equal(points.OrderByDescending(point => point.IsStale), points);
        Assert.All(points, point => Assert.Contains(point.IsStale ? ended : begun, point.ResourceText, StringComparison.Ordinal));
        Assert.Single(points.Select(point => point.IsStale ? point.Time + 1_000_000 : point.Time).Distinct());

        await _bench.ScrapeAsync();
        Assert.Equal(["b 2", "up 1"], Shown());
        Assert.DoesNotContain(_bench.Points().Skip(old + points.Count), point => point.IsStale);
    }

    [Fact]
    public async Task What_is_said_of_a_scope_otherwise_ends_its_series()
    {
        _target.Expose(Page);
        await _bench.StartAsync(_target.Address);
        _target.Expose(Page.Replace("bear", "lion", StringComparison.Ordinal));
        Assert.Equal(["a 1", "b 1", "up 1"], Shown());
        await _bench.ScrapeAsync();
        Assert.Equal(["a 1", "b 1", "up 1"], Shown());
        var marker = Assert.Single(_bench.Points(), point => point.IsStale);
        Assert.Equal(("a", "mascot=bear"), (marker.Metric.Name, ScrapedPoint.Text(marker.Scope.Scope.Attributes)));
    }

    [Fact]
    public async Task A_target_that_comes_back_as_another_is_up()
    {
        _target.Expose("target_info{version=\"1\"} 1\n" + Page);
        await _bench.StartAsync(_target.Address);
        Fail();
        await _bench.ScrapeAsync();
        Assert.Equal(["up 0"], Shown());
        _target.Expose("target_info{version=\"2\"} 1\n" + Page);
        await _bench.ScrapeAsync();
        Assert.Equal(["a 1", "b 1", "up 1"], Shown());
    }

    private void Fail() => _target.Answer(context =>
    {
        context.Response.StatusCode = 500;
        return Task.CompletedTask;
    });

    /// <summary>The names and values that the exporter shows, but of the series about scrapes.</summary>
    private IEnumerable<string> Shown()
    {
        foreach (var request in _bench.Intake.Requests.Skip(_exported))
        {
            _exported++;
            _exporter.Add(request);
        }

        return
        [
            .. from line in _exporter.Text().Split('\n')
               where line.Length > 0 && line[0] != '#' && !line.StartsWith("scrape_", StringComparison.Ordinal) && !line.StartsWith("target_info", StringComparison.Ordinal)
               select line[..line.IndexOf('{', StringComparison.Ordinal)] + line[line.LastIndexOf(' ')..],
        ];
    }
}
