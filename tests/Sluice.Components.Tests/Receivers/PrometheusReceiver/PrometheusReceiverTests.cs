using System.Diagnostics.Metrics;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Tests.Receivers.HostMetrics;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Testing;
using Sluice.Testing.Components;
using Sluice.Testing.Sinks;
using Receiver = Sluice.Components.Receivers.PrometheusReceiver.PrometheusReceiver;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

public sealed class PrometheusReceiverTests : IAsyncLifetime
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(50);

    private readonly ComponentWorkbench _bench = new(TimeProvider.System);
    private readonly KeptIntake _intake = new();
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private HttpSink _target = null!;
    private ComponentContext _context = null!;

    public async ValueTask InitializeAsync()
    {
        _target = await HttpSink.StartAsync();
        _target.AnswerWith(_ => SinkAnswer.Status(200, "# TYPE a counter\na{b=\"c\"} 1\n"));
        _context = _bench.Context(ComponentKind.Receiver, "prometheus");
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _bench.Meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}}}";
            lock (_counts)
            {
                _counts[key] = instrument.IsObservable ? value : _counts.GetValueOrDefault(key) + value;
            }
        });
        _listener.Start();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _target.DisposeAsync();
        await _bench.DisposeAsync();
    }

    /// <summary>Options of a file cannot say what makes a header that nobody can send: it stands for any defect of ours.</summary>
    [Fact]
    public async Task A_defect_does_not_end_the_scraping_of_a_target()
    {
        var job = Job("one") with { Authorization = new ScrapeAuthorizationOptions { Type = "no token", Credentials = new Secret("x") } };
        await using var receiver = await StartAsync(job);
        await Eventually.TrueAsync(() => Values("up").Count() > 2, "it goes on after a defect");
        Assert.All(Values("up"), up => Assert.Equal(0, up));
        Assert.Equal(HealthState.Degraded, _context.Health.Report.State);
        Assert.Contains("internal error", _context.Health.Report.Reason, StringComparison.Ordinal);
        Assert.Single(_bench.Log.Lines, line => line.Contains("failed because of an internal error", StringComparison.Ordinal));
        await receiver.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_directory_that_cannot_be_listed_is_told_of_and_listed_again()
    {
        var targets = Path.Join(_bench.DataDirectory, "targets");
        File.CreateSymbolicLink(targets, targets);
        var job = Job("one") with { StaticConfigs = [], FileSdConfigs = [new FileDiscoveryOptions { Files = [$"{targets}/*.json"], RefreshInterval = Often }] };
        await using var receiver = await StartAsync(job);
        await Eventually.TrueAsync(() => _context.Health.Report.State == HealthState.Degraded, "it is Degraded");
        Assert.Contains($"job one: {targets}/*.json: ", _context.Health.Report.Reason, StringComparison.Ordinal);
        Assert.Contains(_bench.Log.Lines, line => line.Contains(targets, StringComparison.Ordinal));

        File.Delete(targets);
        Directory.CreateDirectory(targets);
        await File.WriteAllTextAsync(Path.Join(targets, "new"), $"[{{\"targets\": [\"{Address}\"]}}]", TestContext.Current.CancellationToken);
        File.Move(Path.Join(targets, "new"), Path.Join(targets, "a.json"));
        await Eventually.TrueAsync(() => Values("up").Contains(1), "it is scraped");
        await Eventually.TrueAsync(() => _context.Health.Report.State == HealthState.Healthy, "it is Healthy");
        await receiver.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Scrapes_and_targets_are_counted()
    {
        await using var receiver = await StartAsync(Job("good"), Job("bad") with { StaticConfigs = [new TargetGroupOptions { Targets = ["127.0.0.1:1", "127.0.0.1:2"] }] });
        await Eventually.TrueAsync(() => Count("scrapes{receiver=prometheus,scrape_job=good,outcome=success}") > 1, "successes are counted");
        await Eventually.TrueAsync(() => Count("scrapes{receiver=prometheus,scrape_job=bad,outcome=failure}") > 1, "failures are counted");
        Assert.Equal(0, Count("scrapes{receiver=prometheus,scrape_job=bad,outcome=success}"));
        Assert.Equal(0, Count("lost_scrapes{receiver=prometheus,scrape_job=good}"));
        _listener.RecordObservableInstruments();
        Assert.Equal((1, 2), (Count("targets{receiver=prometheus,scrape_job=good}"), Count("targets{receiver=prometheus,scrape_job=bad}")));
        await receiver.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_scrape_that_nobody_takes_is_lost_counted_and_logged()
    {
        _intake.Status = IntakeStatus.Busy;
        await using var receiver = await StartAsync(Job("one"));
        await Eventually.TrueAsync(() => Count("lost_scrapes{receiver=prometheus,scrape_job=one}") > 1, "losses are counted");
        Assert.Contains(_bench.Log.Lines, line => line.Contains("is lost, since nothing took it until the next one was due: full", StringComparison.Ordinal));
        await receiver.StopAsync(CancellationToken.None);
    }

    private string Address => new Uri(_target.Address).Authority;

    private ScrapeOptions Job(string name) => new() { JobName = name, StaticConfigs = [new TargetGroupOptions { Targets = [Address] }] };

    private async Task<Receiver> StartAsync(params ScrapeOptions[] jobs)
    {
        var config = new PrometheusConfigOptions { Global = new GlobalScrapeOptions { ScrapeInterval = Often, ScrapeTimeout = TimeSpan.FromSeconds(10) }, ScrapeConfigs = jobs };
        var receiver = new Receiver(_context, new PrometheusReceiverOptions { Config = config }, _intake);
        await receiver.StartAsync(CancellationToken.None);
        _context.Health.Started();
        return receiver;
    }

    private long Count(string name)
    {
        lock (_counts)
        {
            return _counts.GetValueOrDefault("sluice_prometheus_receiver_" + name);
        }
    }

    private IEnumerable<Metric> Metrics() => _intake.Requests.SelectMany(request => request.ResourceMetrics).SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics);

    private IEnumerable<double> Values(string gauge) => Metrics().Where(metric => metric.Name == gauge).SelectMany(metric => metric.Gauge.DataPoints).Select(point => point.AsDouble);
}
