using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.PrometheusReceiver.Scraping;

/// <summary>A job: finds its targets, again and again where they are in files, and has each of them scraped.</summary>
internal sealed partial class ScrapeJob : IDisposable
{
    /// <summary>How long after a defect of ours targets are looked for again, at the latest.</summary>
    private static readonly TimeSpan LongestAfterDefect = TimeSpan.FromMinutes(1);

    private const int KeptBuffers = 4;

    private readonly ConcurrentBag<ScrapeBuffers> _buffers = [];
    private readonly ComponentContext _context;
    private readonly GlobalScrapeOptions _global;
    private readonly IIntake _intake;
    private readonly ScrapeClient _client;
    private readonly IReadOnlyList<RelabelRule> _rules;
    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    private Dictionary<string, IReadOnlyList<TargetGroupOptions>> _files = new(StringComparer.Ordinal);
    private HashSet<string> _problems = new(StringComparer.Ordinal);

    /// <exception cref="ComponentStartException">A file of TLS cannot be used.</exception>
    public ScrapeJob(ComponentContext context, PrometheusReceiverOptions options, ScrapeOptions job, PrometheusReceiverMetrics metrics, ScrapeProblems problems, IIntake intake)
    {
        _context = context;
        _global = options.Config.Global;
        _intake = intake;
        Options = job;
        Metrics = metrics;
        Problems = problems;
        TrimSuffixes = options.TrimMetricSuffixes;
        _rules = [.. job.RelabelConfigs.Select(rule => new RelabelRule(rule))];
        MetricRules = [.. job.MetricRelabelConfigs.Select(rule => new RelabelRule(rule))];
        _client = new ScrapeClient(context, job);
        metrics.Begin(job.JobName);
    }

    public ScrapeOptions Options { get; }

    public IReadOnlyList<RelabelRule> MetricRules { get; }

    public bool TrimSuffixes { get; }

    public PrometheusReceiverMetrics Metrics { get; }

    public ScrapeProblems Problems { get; }

    /// <summary>Why nothing is scraped now; null when it is.</summary>
    public string? Overflow => Volatile.Read(ref _overflow);

    private string? _overflow;

    /// <summary>Targets that are scraped now.</summary>
    public int Targets => Volatile.Read(ref _targets);

    private int _targets;

    /// <summary>Scrapes until <paramref name="stop"/>; returns when nothing is under way any longer.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await WaitAsync(TryRefresh(stop), stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Stopped as asked.
        }

        await Task.WhenAll(_running.Values.Select(running => running.Task));
        foreach (var running in _running.Values)
        {
            running.Dispose();
        }

        _running.Clear();
    }

    public void Dispose() => _client.Dispose();

    /// <summary>Memory for a scrape; give it back with <see cref="Return"/>.</summary>
    public ScrapeBuffers Rent() => _buffers.TryTake(out var buffers) ? buffers : new ScrapeBuffers();

    /// <summary>Takes memory back; what many scrapes at a time needed is not kept for ever.</summary>
    public void Return(ScrapeBuffers buffers)
    {
        if (_buffers.Count < KeptBuffers)
        {
            _buffers.Add(buffers);
        }
    }

    private Task WaitAsync(bool isRefreshed, CancellationToken stop)
    {
        TimeSpan? period = Options.FileSdConfigs.Count == 0 ? null : Options.FileSdConfigs.Min(files => files.RefreshInterval);
        if (!isRefreshed && (period is null || period > LongestAfterDefect))
        {
            period = LongestAfterDefect;
        }

        return Task.Delay(period ?? Timeout.InfiniteTimeSpan, _context.Time, stop);
    }

    /// <summary>Looks for targets. Whatever goes wrong, those that there are go on to be scraped, and the next time comes.</summary>
    private bool TryRefresh(CancellationToken stop)
    {
        try
        {
            Refresh(stop);
            return true;
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            LogDefect(_context.Logger, e, Options.JobName);
            Problems.Set(About, $"internal error: {e.Message}");
            return false;
        }
    }

    private string About => $"job {Options.JobName}";

    /// <summary>Starts to scrape targets that are new, and stops with those that are gone.</summary>
    private void Refresh(CancellationToken stop)
    {
        var targets = new Dictionary<string, Target>(StringComparer.Ordinal);
        foreach (var target in Find())
        {
            targets.TryAdd(target.Key, target);
        }

        Volatile.Write(ref _overflow, Options.TargetLimit > 0 && targets.Count > Options.TargetLimit ? $"the job has {targets.Count} targets, more than {Options.TargetLimit} (target_limit)" : null);
        foreach (var (key, running) in _running.Where(running => !targets.ContainsKey(running.Key) || running.Value.Task.IsCompleted).ToArray())
        {
            running.Stop();
            if (running.Task.IsCompleted)
            {
                running.Dispose();
                _running.Remove(key);
            }
        }

        foreach (var (key, target) in targets)
        {
            if (!_running.ContainsKey(key))
            {
                _running.Add(key, new Running(new TargetScraper(_context, this, target, _client, _intake), stop));
            }
        }

        Volatile.Write(ref _targets, targets.Count);
    }

    private IEnumerable<Target> Find()
    {
        var problems = new HashSet<string>(StringComparer.Ordinal);
        void Say(string problem)
        {
            if (problems.Add(problem) && !_problems.Contains(problem))
            {
                LogProblem(_context.Logger, Options.JobName, problem);
            }
        }

        _files = TargetFiles.Read(Options.FileSdConfigs.SelectMany(files => files.Files), _files, (file, problem) => Say($"{file}: {problem}"));
        var groups = Options.StaticConfigs.Select(group => (Group: group, File: ""))
            .Concat(_files.SelectMany(file => file.Value.Select(group => (Group: group, File: file.Key))));
        var targets = new List<Target>();
        foreach (var (group, file) in groups)
        {
            foreach (var address in group.Targets)
            {
                try
                {
                    var labels = file.Length == 0 ? group.Labels : group.Labels.Append(new("__meta_filepath", file));
                    if (Target.Create(Options, _global, _rules, address, labels) is { } target)
                    {
                        targets.Add(target);
                    }
                }
                catch (FormatException e)
                {
                    Say(file.Length == 0 ? e.Message : $"{file}: {e.Message}");
                }
            }
        }

        _problems = problems;
        Problems.Set(About, problems.Count == 0 ? null : string.Join("; ", problems.Order(StringComparer.Ordinal)));
        return targets;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The search for targets of the job {Job} failed because of an internal error; those it has go on to be scraped, and it searches again")]
    private static partial void LogDefect(ILogger logger, Exception exception, string job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Targets of the job {Job}: {Problem}")]
    private static partial void LogProblem(ILogger logger, string job, string problem);

    /// <summary>The scraping of one target.</summary>
    private sealed class Running : IDisposable
    {
        private readonly CancellationTokenSource _stop;
        private volatile bool _isGone;

        public Running(TargetScraper scraper, CancellationToken stop)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Task = RunAsync(scraper);
        }

        public Task Task { get; }

        public void Stop()
        {
            _isGone = true;
            _stop.Cancel();
        }

        public void Dispose() => _stop.Dispose();

        private async Task RunAsync(TargetScraper scraper)
        {
            await Task.Yield();
            await scraper.RunAsync(() => _isGone, _stop.Token);
        }
    }
}
