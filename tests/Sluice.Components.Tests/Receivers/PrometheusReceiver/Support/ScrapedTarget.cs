using OpenTelemetry.Proto.Collector.Metrics.V1;
using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Receivers.PrometheusReceiver.Scraping;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;
using Sluice.Components.Tests.Receivers.HostMetrics;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Testing;
using Sluice.Testing.Components;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;

/// <summary>A target and what scrapes it, over a real socket, whenever the test says so: nothing waits for a timer.</summary>
internal sealed class ScrapedTarget : IAsyncDisposable
{
    private readonly ComponentWorkbench _bench;
    private readonly KeptIntake _intake = new();
    private readonly MetricsTarget _page;
    private readonly ScrapeJob _job;
    private readonly ScrapeClient _client;
    private readonly TargetScraper _scraper;

    private ScrapedTarget(MetricsTarget page, ScrapeOptions options, bool trimsSuffixes)
    {
        _page = page;
        _bench = new ComponentWorkbench(Time);
        var context = _bench.Context(ComponentKind.Receiver, "prometheus");
        _client = new ScrapeClient(context, options);
        _job = new ScrapeJob(
            context, new PrometheusReceiverOptions { Config = new() { ScrapeConfigs = [options] }, TrimMetricSuffixes = trimsSuffixes }, options, new PrometheusReceiverMetrics(context, () => []), new ScrapeProblems(context.Health), _intake);
        _scraper = new TargetScraper(context, _job, Target.Create(options, new GlobalScrapeOptions(), [], page.Address, [])!, _client, _intake);
    }

    public ManualTimeProvider Time { get; } = new();

    /// <summary>The time that its wall clock shows.</summary>
    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();

    public static async Task<ScrapedTarget> StartAsync(ScrapeOptions options, bool trimsSuffixes = false) => new(await MetricsTarget.StartAsync(), options, trimsSuffixes);

    /// <summary>Scrapes once.</summary>
    /// <param name="page">What the target exposes; null for nothing, as it fails.</param>
    /// <param name="isLost">Whether nobody takes what was scraped.</param>
    /// <param name="contentType">What it says that this is.</param>
    /// <returns>What was handed on.</returns>
    public async Task<ExportMetricsServiceRequest> ScrapeAsync(string? page, bool isLost = false, string contentType = MetricsTarget.Text)
    {
        if (page is null)
        {
            _page.Answer(context =>
            {
                context.Response.StatusCode = 500;
                return Task.CompletedTask;
            });
        }
        else
        {
            _page.Expose(page, contentType: contentType);
        }

        _intake.Status = isLost ? IntakeStatus.TooLarge : IntakeStatus.Accepted;
        await _scraper.ScrapeAsync(CancellationToken.None);
        return _intake.Requests[^1];
    }

    /// <summary>The target is gone.</summary>
    public async Task<ExportMetricsServiceRequest> EndAsync()
    {
        _intake.Status = IntakeStatus.Accepted;
        await _scraper.RunAsync(() => true, new CancellationToken(canceled: true));
        return _intake.Requests[^1];
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _job.Dispose();
        await _page.DisposeAsync();
        await _bench.DisposeAsync();
    }
}
