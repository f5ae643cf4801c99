using System.Globalization;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Components.Receivers.PrometheusReceiver.Conversion;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Receivers.PrometheusReceiver.Series;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Bodies;
using Sluice.Transport.HttpClients;
using Sluice.Transport.Prometheus;

namespace Sluice.Components.Receivers.PrometheusReceiver.Scraping;

/// <summary>Scrapes one target again and again, one scrape at a time.</summary>
internal sealed partial class TargetScraper(
    ComponentContext context,
    ScrapeJob job,
    Target target,
    ScrapeClient client,
    IIntake intake)
{
    private readonly TargetSeries _series = new();
    private readonly SampleFeed _feed = new(target, job.Options, job.MetricRules, job.TrimSuffixes);
    private readonly RequestContext _origin = new() { Receiver = context.Id.ToString() };
    private bool? _isUp;
    private bool _wasMistimed;
    private string? _defect;

    /// <summary>Scrapes until <paramref name="stop"/>, and says then that its series have ended if <paramref name="gone"/> says so.</summary>
    /// <param name="gone">Whether the target is gone; otherwise it is Sluice that stops.</param>
    /// <param name="stop">Ends it.</param>
    public async Task RunAsync(Func<bool> gone, CancellationToken stop)
    {
        try
        {
            // Spread over the interval, so that not all targets are scraped at once.
            var spread = (uint)StringComparer.Ordinal.GetHashCode(target.Key) / (double)uint.MaxValue;
            await Task.Delay(target.Interval * spread, context.Time, stop);
            using var timer = new PeriodicTimer(target.Interval, context.Time);
            do
            {
                await GuardAsync(() => ScrapeAsync(stop), stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            if (gone() && _isUp is not null)
            {
                await GuardAsync(EndAsync, CancellationToken.None);
            }
        }

        job.Problems.Set(target.Name, null);
    }

    /// <summary>Keeps a defect of ours from ending the scraping: it is told of, and the next scrape comes.</summary>
    private async Task GuardAsync(Func<Task> action, CancellationToken stop)
    {
        _defect = null;
        try
        {
            await action();
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            NoteDefect(e);
        }

        job.Problems.Set(target.Name, _defect);
    }

    private void NoteDefect(Exception exception)
    {
        _defect = $"internal error: {exception.Message}";
        if (job.Problems.Set(target.Name, _defect))
        {
            LogDefect(context.Logger, exception, target.Name);
        }
    }

    /// <summary>Scrapes once.</summary>
    public async Task ScrapeAsync(CancellationToken stop)
    {
        var buffers = job.Rent();
        try
        {
            await ScrapeAsync(buffers, stop);
        }
        finally
        {
            job.Return(buffers);
        }
    }

    private async Task ScrapeAsync(ScrapeBuffers buffers, CancellationToken stop)
    {
        var started = context.Time.GetTimestamp();
        var now = TargetSeries.UnixNano(context.Time.GetUtcNow().ToUnixTimeMilliseconds());
        string? problem = null;
        var samples = default(SampleCounts);
        using var timeout = new CancellationTokenSource(target.Timeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        using var body = new ScrapeBody(context.Pool.Buffers, context.IntakeBudget);
        _series.Begin(buffers);
        try
        {
            if (job.Overflow is { } overflow)
            {
                throw new ExpositionException(overflow);
            }

            var isOpenMetrics = await client.FetchAsync(target, body, either.Token);
            samples = _feed.Read(body.Pieces, isOpenMetrics, SampleTime.LatestUnixMs(context.Time), _series, buffers);
            NoteMistimed(samples);
            if (job.Options.SampleLimit > 0 && samples.Kept > job.Options.SampleLimit)
            {
                problem = string.Create(CultureInfo.InvariantCulture, $"it has {samples.Kept} samples, more than {job.Options.SampleLimit} (sample_limit)");
            }
        }
        catch (Exception e) when (stop.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, stop);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"there was no answer within {target.Timeout.TotalSeconds} s");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException or ExpositionException or OperationCanceledException)
        {
            // Whoever cancels but this is the client, which waits for a connection only so long.
            problem = ClientFailure.Describe(e, "scheme: http");
        }
        catch (Exception e)
        {
            NoteDefect(e);
            problem = _defect;
        }

        if (body.IsRefused)
        {
            intake.CountRefused(Signal.Metrics, "memory");
        }

        Report(problem);
        if (problem is not null)
        {
            // What was read of it before it failed is not handed on. Counted it is: by how many are too many, a sample_limit is mended.
            _series.BeginWithout(buffers);
        }

        var facts = new ScrapeFacts(problem is null, context.Time.GetElapsedTime(started).TotalSeconds, samples.Scraped, samples.Kept, _series.Added());
        body.Dispose();
        facts.AddTo(_series, _feed.Job, _feed.Instance, _feed.Attributes);
        await SubmitAsync(buffers, now, ended: false, stop);
    }

    /// <summary>Says that all series have ended.</summary>
    private async Task EndAsync()
    {
        var buffers = new ScrapeBuffers();
        _series.BeginWithout(buffers);
        await SubmitAsync(buffers, TargetSeries.UnixNano(context.Time.GetUtcNow().ToUnixTimeMilliseconds()), ended: true, CancellationToken.None);
    }

    private void NoteMistimed(in SampleCounts samples)
    {
        if (samples.Mistimed == 0)
        {
            return;
        }

        job.Metrics.CountMistimed(job.Options.JobName, samples.Mistimed);
        if (!_wasMistimed)
        {
            _wasMistimed = true;
            LogMistimed(context.Logger, target.Name, samples.Mistimed, SampleTime.LongestAhead.TotalMinutes, samples.FirstMistimed!);
        }
    }

    private void Report(string? problem)
    {
        job.Metrics.CountScrape(job.Options.JobName, problem is null);
        if (problem is not null && _isUp != false)
        {
            LogDown(context.Logger, target.Name, problem);
        }
        else if (problem is null && _isUp == false)
        {
            LogUp(context.Logger, target.Name);
        }

        _isUp = problem is null;
    }

    /// <summary>Makes a scrape durable. While there is no room it waits, until the next scrape is due: then this one is lost.</summary>
    private async Task SubmitAsync(ScrapeBuffers buffers, ulong at, bool ended, CancellationToken stop)
    {
        var started = context.Time.GetTimestamp();
        if (_series.Complete(at) is var incomplete and > 0)
        {
            job.Metrics.CountIncomplete(job.Options.JobName, incomplete);
        }

        while (true)
        {
            var (reason, wait) = await TrySubmitAsync(buffers, at);
            if (reason is null)
            {
                _series.Keep();
                return;
            }

            if (wait is not { } delay || ended || context.Time.GetElapsedTime(started) + delay >= target.Interval)
            {
                job.Metrics.CountLost(job.Options.JobName);
                LogLost(context.Logger, target.Name, reason);
                return;
            }

            await Task.Delay(delay, context.Time, stop);
        }
    }

    /// <returns>Why it was not taken, and when it is worth another try; nulls when it was.</returns>
    private async Task<(string? Reason, TimeSpan? Wait)> TrySubmitAsync(ScrapeBuffers buffers, ulong at)
    {
        using var lease = new BudgetLease(context.IntakeBudget);
        using var output = new PooledBufferWriter(context.Pool.Buffers, "points of a scrape");
        Write(output, buffers, at);
        if (!lease.TryExtendTo(output.Capacity))
        {
            intake.CountRefused(Signal.Metrics, "memory");
            return ("there is no memory for it (service::intake::max_memory)", TimeSpan.FromSeconds(1));
        }

        var length = output.Length;
        var buffer = output.Detach();
        var index = OtlpIndexer.Index(Signal.Metrics, buffer, 0, length, context.Pool, IndexLimits.Default);
        if (index.Batch is not { } batch)
        {
            buffer.Dispose();
            return ($"it has more than {IndexLimits.Default.MaxRecords} metrics", null);
        }

        var answer = await intake.SubmitAsync(batch, _origin);
        return answer.Status switch
        {
            IntakeStatus.Accepted => (null, null),
            IntakeStatus.Busy => (answer.Reason, answer.RetryAfter > TimeSpan.Zero ? answer.RetryAfter : TimeSpan.FromSeconds(1)),
            _ => (answer.Reason ?? answer.Status.ToString(), null),
        };
    }

    private void Write(PooledBufferWriter output, ScrapeBuffers buffers, ulong at)
    {
        var writer = new PointWriter(output, _series, buffers, at);
        for (var source = _series.FirstSource; source >= 0; source = _series.Sources[source].Chain.Next)
        {
            if (_series.SourceHasPoints(source, InfoSpan.Before))
            {
                writer.Write(source, Resource(source, _series.InfoBefore(source)), InfoSpan.Before);
            }

            if (_series.SourceHasPoints(source, InfoSpan.Current))
            {
                writer.Write(source, Resource(source, _series.InfoOf(source)), InfoSpan.Current);
            }
        }
    }

    private Dictionary<string, string> Resource(int source, IReadOnlyList<KeyValuePair<string, string>> info)
    {
        var (jobName, instance) = _series.NamesOf(source);
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["service.name"] = jobName,
            ["service.instance.id"] = instance,
            ["server.address"] = target.Address.Host,
            ["server.port"] = target.Address.Port.ToString(CultureInfo.InvariantCulture),
            ["url.scheme"] = target.Address.Scheme,
        };
        foreach (var (name, value) in info)
        {
            attributes[name] = value;
        }

        return attributes;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Target} cannot be scraped: {Problem}")]
    private static partial void LogDown(ILogger logger, string target, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Target} has {Samples} samples or exemplars from before 1970 or more than {Minutes} minutes ahead of the clock here, which are left out, the first of them {First}; look at its clock and at this one, or set honor_timestamps: false")]
    private static partial void LogMistimed(ILogger logger, string target, int samples, double minutes, string first);

    [LoggerMessage(Level = LogLevel.Error, Message = "A scrape of {Target} failed because of an internal error; the next one comes when it is due")]
    private static partial void LogDefect(ILogger logger, Exception exception, string target);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Target} is scraped again")]
    private static partial void LogUp(ILogger logger, string target);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A scrape of {Target} is lost, since nothing took it until the next one was due: {Reason}")]
    private static partial void LogLost(ILogger logger, string target, string reason);
}
