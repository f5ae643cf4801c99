using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Components.Receivers.HostMetricsReceiver.Host;
using Sluice.Components.Receivers.HostMetricsReceiver.Scrapers;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Bodies;

namespace Sluice.Components.Receivers.HostMetricsReceiver;

/// <summary>Measures the host now and then. What the journal does not take is not kept: the next measurement says more.</summary>
internal sealed partial class HostMetricsReceiver : IReceiver
{
    /// <summary>Seconds that adjustments of the clock may move the start of the host by.</summary>
    private const int LargestAdjustment = 10;

    private readonly ComponentContext _context;
    private readonly ILogger _logger;
    private readonly HostMetricsReceiverOptions _options;
    private readonly IIntake _intake;
    private readonly Part[] _parts;
    private readonly HostFiles _files;
    private readonly PooledBufferWriter _output;
    private readonly PooledBufferWriter _resource;
    private readonly CancellationTokenSource _stop = new();
    private readonly RequestContext _request;
    private Task _running = Task.CompletedTask;
    private string _problem = "";
    private long _bootSeconds;

    /// <summary>Creates it; it measures once started.</summary>
    public HostMetricsReceiver(ComponentContext context, HostMetricsReceiverOptions options, IIntake intake)
        : this(context, options, intake, options.CreateScrapers())
    {
    }

    /// <summary>Creates it with scrapers of a test.</summary>
    internal HostMetricsReceiver(
        ComponentContext context, HostMetricsReceiverOptions options, IIntake intake, IReadOnlyList<(string Name, IHostScraper Scraper, MetricsOptions Options)> scrapers)
    {
        _context = context;
        _logger = context.Logger;
        _options = options;
        _intake = intake;
        _parts = [.. scrapers.Select(scraper => new Part(scraper.Name, scraper.Scraper, scraper.Options))];
        _files = new HostFiles(options.RootPath);
        _output = new PooledBufferWriter(context.Pool.Buffers, "metrics of the host");
        _resource = new PooledBufferWriter(context.Pool.Buffers, "resource of a process");
        _request = new RequestContext { Receiver = context.Id.ToString() };
    }

    /// <summary>It does not listen.</summary>
    public IReadOnlyList<BoundEndpoint> Endpoints => [];

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_files.TryRead("/proc/stat"u8, out _) != 0)
        {
            throw new ComponentStartException(
                $"receivers::{_context.Id}: {_files.PathOf("/proc/stat")} cannot be read; this needs Linux, and root_path where the host's root is mounted elsewhere");
        }

        _running = RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        _output.Dispose();
        _resource.Dispose();
        _stop.Dispose();
    }

    /// <summary>Measures once.</summary>
    internal async Task MeasureAsync()
    {
        _problem = "";
        foreach (var (buffer, length) in Scrape())
        {
            await SubmitAsync(buffer, length).ConfigureAwait(false);
        }

        if (_problem.Length > 0)
        {
            LogProblem(_problem);
        }

        _context.Health.Set(_problem.Length == 0 ? HealthState.Healthy : HealthState.Degraded, _problem);
    }

    private async ValueTask SubmitAsync(PooledBuffer buffer, int length)
    {
        using var lease = new BudgetLease(_context.IntakeBudget);
        if (!lease.TryExtendTo(buffer.Capacity))
        {
            buffer.Dispose();
            _intake.CountRefused(Signal.Metrics, "memory");
            _problem = "there is no memory for what was measured (service::intake::max_memory)";
            return;
        }

        if (OtlpIndexer.Index(Signal.Metrics, buffer, 0, length, _context.Pool, IndexLimits.Default).Batch is not { } batch)
        {
            buffer.Dispose();
            throw new InvalidOperationException("What was measured is no request.");
        }

        var result = await _intake.SubmitAsync(batch, _request).ConfigureAwait(false);
        if (result.Status != IntakeStatus.Accepted)
        {
            _problem = $"what was measured was not taken ({result.Status}: {result.Reason})";
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Yield();
        try
        {
            await Task.Delay(_options.InitialDelay, _context.Time, cancellationToken).ConfigureAwait(false);
            using var timer = new PeriodicTimer(_options.CollectionInterval, _context.Time);
            do
            {
                await TryMeasureAsync().ConfigureAwait(false);
            }
            while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Told to end.
        }
    }

    /// <summary>Whatever goes wrong in one measurement, the next one comes.</summary>
    private async Task TryMeasureAsync()
    {
        try
        {
            await MeasureAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            _output.Clear();
            _resource.Clear();
            LogFailed(exception);
            _context.Health.Set(HealthState.Degraded, $"nothing was measured: {exception.Message}");
        }
    }

    private IReadOnlyList<(PooledBuffer Buffer, int Length)> Scrape()
    {
        var points = new HostPoints(_output, _resource, UnixTime.ToNano(_context.Time.GetUtcNow())) { StartUnixNano = BootUnixNano() };
        foreach (var part in _parts)
        {
            points.BeginScraper(part.Scope, part.Wanted);
            try
            {
                part.Scraper.Scrape(_files, points);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
            {
                // The others still tell what they can.
                _problem = $"{part.Name}: {exception.Message}";
            }
            catch (Exception exception)
            {
                LogDefect(exception, part.Name);
                _problem = $"{part.Name}: internal error: {exception.Message}";
            }
        }

        foreach (var notice in points.Notices)
        {
            LogNotice(notice);
        }

        return points.Finish();
    }

    /// <summary>
    /// When the host started, since when its counters count. The kernel computes it anew each time from a clock that is adjusted, so that it moves by a
    /// second now and then; a start that moves would look like counters that began anew. Only a clock that was set moves it. Where it cannot be read,
    /// what it was holds.
    /// </summary>
    private long BootUnixNano()
    {
        try
        {
            var seconds = Fields.Find(_files.Read("/proc/stat"u8), "btime "u8);
            if (Math.Abs(seconds - _bootSeconds) > LargestAdjustment)
            {
                _bootSeconds = seconds;
            }
        }
        catch (Exception exception) when (exception is IOException or FormatException && _bootSeconds != 0)
        {
            _problem = $"the start of the host: {exception.Message}";
        }

        return _bootSeconds * 1_000_000_000;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not all was measured: {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(Level = LogLevel.Information, Message = "Not all can be measured: {Notice}")]
    private partial void LogNotice(string notice);

    [LoggerMessage(Level = LogLevel.Error, Message = "Nothing was measured; it is tried again when the next measurement is due")]
    private partial void LogFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Scraper} could not be measured because of an internal error")]
    private partial void LogDefect(Exception exception, string scraper);

    /// <summary>A scraper, with what it is to measure.</summary>
    private sealed class Part(string name, IHostScraper scraper, MetricsOptions options)
    {
        public string Name => name;

        public IHostScraper Scraper => scraper;

        /// <summary>The name of its scope, UTF-8: the Collector's.</summary>
        public byte[] Scope { get; } = Encoding.UTF8.GetBytes($"github.com/open-telemetry/opentelemetry-collector-contrib/receiver/hostmetricsreceiver/internal/scraper/{name}scraper");

        public HashSet<HostMetric> Wanted { get; } =
            [.. scraper.Metrics.Where(metric => options.Metrics.TryGetValue(metric.Name, out var found) ? found.Enabled : !metric.IsOptional)];
    }
}
