using Sluice.Components.Receivers.PrometheusReceiver.Scraping;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.PrometheusReceiver;

/// <summary>Scrapes the targets of its jobs.</summary>
internal sealed class PrometheusReceiver(ComponentContext context, PrometheusReceiverOptions options, IIntake intake) : IReceiver
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<ScrapeJob> _jobs = [];
    private Task _running = Task.CompletedTask;
    private bool _isDisposed;

    /// <summary>It does not listen.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints => [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var metrics = new PrometheusReceiverMetrics(context, () => _jobs.ToArray().Select(job => (job.Options.JobName, job.Targets)));
        var problems = new ScrapeProblems(context.Health);
        foreach (var job in options.Config.ScrapeConfigs)
        {
            _jobs.Add(new ScrapeJob(context, options, job, metrics, problems, intake));
        }

        _running = Task.WhenAll(_jobs.Select(job => Task.Run(() => job.RunAsync(_stop.Token), CancellationToken.None)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!_isDisposed)
        {
            await _stop.CancelAsync();
            await _running.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_isDisposed)
        {
            return;
        }

        await StopAsync(CancellationToken.None);
        _isDisposed = true;
        _jobs.ForEach(job => job.Dispose());
        _stop.Dispose();
    }
}
