using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

public sealed class TargetTests
{
    private const string Interval = "__scrape_interval__";
    private const string Timeout = "__scrape_timeout__";

    private static readonly ScrapeOptions Job = new() { JobName = "job", ScrapeInterval = TimeSpan.FromSeconds(90) };

    [Fact]
    public void Labels_of_a_target_say_how_often_and_how_long_it_is_scraped()
    {
        Assert.Equal(("1m30s", "10s"), Pace());
        Assert.Equal(("5s", "2s"), Pace((Interval, "5s"), (Timeout, "2s")));
        Assert.Equal(("1d", "1m10s"), Pace((Interval, "1d"), (Timeout, "1m10s")));
        Assert.Equal(("1m30s", "1m30s"), Pace((Timeout, "1m30s")));
    }

    [Fact]
    public void The_timeout_of_the_job_ends_with_the_interval_of_the_target() => Assert.Equal(("5s", "5s"), Pace((Interval, "5s")));

    [Fact]
    public void Rules_see_and_change_the_interval()
    {
        var rule = new RelabelRule(new RelabelOptions { SourceLabels = [Interval], Regex = "1m(.*)", TargetLabel = Interval, Replacement = "2m$1" });
        var target = Create([rule])!;
        Assert.Equal(TimeSpan.FromSeconds(150), target.Interval);
        Assert.Equal(["instance", "job"], target.Labels.Keys);
    }

    [Fact]
    public void What_a_millisecond_cannot_say_is_scraped_as_the_job_says()
    {
        var job = Job with { ScrapeInterval = TimeSpan.FromMicroseconds(1500), ScrapeTimeout = TimeSpan.FromMicroseconds(1200) };
        var target = Target.Create(job, new GlobalScrapeOptions(), [], "x:1", [])!;
        Assert.Equal((job.ScrapeInterval, job.ScrapeTimeout), (target.Interval, target.Timeout));
    }

    [Theory]
    [InlineData(Interval, "5")]
    [InlineData(Interval, "s5")]
    [InlineData(Interval, "0s")]
    [InlineData(Interval, "1s1m")]
    [InlineData(Interval, "1.5s")]
    [InlineData(Interval, "5 s")]
    [InlineData(Interval, "1y")]
    [InlineData(Interval, "99999999999999999999s")]
    [InlineData(Interval, "9223372036854775807y")]
    [InlineData(Timeout, "x")]
    [InlineData(Timeout, "2m")]
    public void What_is_no_pace_is_told_of(string label, string value)
    {
        var problem = Assert.Throws<FormatException>(() => Pace((label, value))).Message;
        Assert.StartsWith($"the target \"x:1\" has ", problem, StringComparison.Ordinal);
        Assert.Contains(label, problem, StringComparison.Ordinal);
        Assert.Contains(value, problem, StringComparison.Ordinal);
    }

    private static (string Interval, string Timeout) Pace(params (string Name, string Value)[] labels)
    {
        var target = Create([], labels)!;
        return (PrometheusDuration.Format(target.Interval), PrometheusDuration.Format(target.Timeout));
    }

    private static Target? Create(IReadOnlyList<RelabelRule> rules, params (string Name, string Value)[] labels) =>
        Target.Create(Job, new GlobalScrapeOptions(), rules, "x:1", labels.Select(label => KeyValuePair.Create(label.Name, label.Value)));
}
