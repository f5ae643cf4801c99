using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Graph;

namespace Sluice.Runtime.Replay;

/// <summary>
/// Begins, resumes and ends replays. Each runs in the background and appends to the replay topics of its exporters, which deliver it like
/// first deliveries: in order, with retries, dead letters, window and cursor.
/// </summary>
internal sealed partial class ReplayService : IReplays, IAsyncDisposable
{
    /// <summary>The replays that are remembered.</summary>
    private const int MaxJobs = 1000;

    /// <summary>Bytes of entries that one group carries, unless one entry alone is larger.</summary>
    private const int GroupSize = 1 << 20;

    private readonly CancellationTokenSource _shutdown = new();
    private readonly SemaphoreSlim _starting = new(1);
    private readonly ConcurrentDictionary<string, ReplayRun> _running = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, ReplayTarget> _targets;
    private readonly RuntimeServices _services;
    private readonly IJournal _journal;
    private readonly JournalTable _jobs;
    private readonly JournalTable _marks;
    private readonly ILogger _logger;
    private readonly int _groupSize;
    private int _disposed;

    /// <summary>Opens what is kept of replays; nothing runs before <see cref="ResumeAsync"/>.</summary>
    /// <param name="services">The instance's.</param>
    /// <param name="targets">Every exporter.</param>
    /// <param name="maxGroupSize">The largest group that the journal takes.</param>
    public ReplayService(RuntimeServices services, IEnumerable<ReplayTarget> targets, long maxGroupSize)
    {
        _services = services;
        _journal = services.Journal;
        _targets = targets.ToDictionary(target => target.Id);
        _jobs = _journal.OpenTable("replays", new JournalTableOptions { MaxEntries = MaxJobs });
        _marks = _journal.OpenTable("replayed_dead_letters", new JournalTableOptions());
        _logger = services.Loggers.CreateLogger("replay");
        _groupSize = (int)Math.Min(GroupSize, maxGroupSize / 4);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ReplayStatus> List() =>
        [.. _jobs.Snapshot().Select(row => ReplayJson.Decode(row.Value.Span)).OrderByDescending(job => job.StartedUnixNano).Select(StatusOf)];

    /// <inheritdoc/>
    public ReplayStatus? Find(string id) =>
        _jobs.TryGet(Encoding.UTF8.GetBytes(id), out var job) ? StatusOf(ReplayJson.Decode(job.Span)) : null;

    /// <summary>Goes on with the replays that ran when the process ended, and clears up what is left of others.</summary>
    public async Task ResumeAsync()
    {
        var unfinished = List().Select(status => status.Job).Where(job => job.State == ReplayState.Running && !_running.ContainsKey(job.Id)).ToList();
        foreach (var consumer in _journal.GetStatus().Consumers.Where(consumer => ReplayTopics.IsConsumer(consumer.Name) && !consumer.IsOpen))
        {
            if (!unfinished.Exists(job => ReplayTopics.ConsumerOf(job.Id) == consumer.Name))
            {
                await _journal.RemoveConsumerAsync(consumer.Name).ConfigureAwait(false);
            }
        }

        foreach (var job in unfinished)
        {
            await ResumeOneAsync(job).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task<ReplayStatus> StartAsync(ReplayRequest request)
    {
        var target = FindTarget(request.Exporter);
        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_running.Values.FirstOrDefault(run => run.Job.Source == ReplaySource.Journal && run.Job.Exporter == request.Exporter) is { } other)
            {
                await RefuseOrWaitAsync(other, $"Replay {other.Job.Id} to exporter {request.Exporter} is running.", "one replay per exporter at a time: wait for it, or cancel it").ConfigureAwait(false);
            }

            var now = _services.Time.GetUnixNano();
            var job = new ReplayJob
            {
                Id = NewId(),
                Source = ReplaySource.Journal,
                Exporter = request.Exporter,
                Pipelines = [.. target.Pipelines.Keys.Select(topic => topic.Name)],
                SinceUnixNano = request.SinceUnixNano,
                UntilUnixNano = request.UntilUnixNano,
                End = _journal.DurableEnd,
                StartedUnixNano = now,
            };
            var consumer = JournalReplay.Open(job, _journal);
            var lag = consumer.Lag;
            job = job with { Found = lag.Records, OldestUnixNano = lag.Records > 0 ? lag.OldestUnixNano : null };
            try
            {
                await AddAsync(job).ConfigureAwait(false);
            }
            catch
            {
                consumer.Dispose();
                await _journal.RemoveConsumerAsync(consumer.Name).ConfigureAwait(false);
                throw;
            }

            Launch(job, run => ReplayJournalAsync(run, target, consumer));
            return StatusOf(job);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ReplayStatus> StartAsync(DeadLetterReplayRequest request)
    {
        if (request.To is not null)
        {
            FindTarget(request.To);
        }

        await _starting.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_running.Values.FirstOrDefault(run => run.Job.Source == ReplaySource.DeadLetters) is { } other)
            {
                await RefuseOrWaitAsync(
                    other, $"Replay {other.Job.Id} of dead letters is running.", "one replay of dead letters at a time: wait for it, or cancel it").ConfigureAwait(false);
            }

            await DeadLetterReplay.MakeGoodAsync(_journal, _marks, _services.DeadLetters).ConfigureAwait(false);
            var job = Survey(new ReplayJob
            {
                Id = NewId(),
                Source = ReplaySource.DeadLetters,
                Exporter = request.To,
                Filter = request.Filter,
                StartedUnixNano = _services.Time.GetUnixNano(),
            });
            await AddAsync(job).ConfigureAwait(false);
            Launch(job, ReplayDeadLettersAsync);
            return StatusOf(job);
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<ReplayStatus> CancelAsync(string id)
    {
        if (_running.TryGetValue(id, out var run))
        {
            run.Cancel();
            await run.Running.ConfigureAwait(false);
            if (run.Job.State == ReplayState.Cancelled)
            {
                return StatusOf(run.Job);
            }

            if (run.Job.State == ReplayState.Running)
            {
                throw new ReplayException(ReplayProblem.Unavailable, $"Replay {id} stands still, but the journal does not keep that it has ended.", "a later attempt");
            }
        }

        throw Find(id) is { } ended
            ? new ReplayException(ReplayProblem.Conflict, $"Replay {id} has ended: it is {ended.Job.State.ToString().ToLowerInvariant()}.", "a replay that runs")
            : new ReplayException(ReplayProblem.Unknown, $"There is no replay {id}.", "the id of a replay that runs");
    }

    /// <summary>Stops all replays where they are; they go on when the journal is opened again.</summary>
    public async Task StopAsync()
    {
        await _shutdown.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Values.Select(run => run.Running)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await StopAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Refuses a replay beside another. Whoever has seen that the other ended knows it a moment before its loop is gone: that is waited for.</summary>
    private static Task RefuseOrWaitAsync(ReplayRun other, string message, string remedy) =>
        other.Job.State == ReplayState.Running ? throw new ReplayException(ReplayProblem.Conflict, message, remedy) : other.Running;

    private static string NewId() => RandomNumberGenerator.GetHexString(12, lowercase: true);

    private ReplayTarget FindTarget(string exporter) => _targets.GetValueOrDefault(exporter) ?? throw new ReplayException(
        ReplayProblem.Unknown, $"There is no exporter \"{exporter}\" in a pipeline of this instance.", $"one of {string.Join(", ", _targets.Keys.Order(StringComparer.Ordinal))}");

    private ReplayStatus StatusOf(ReplayJob job)
    {
        var pending = job.Exporter is null
            ? _targets.Values.Sum(target => target.PendingRecords)
            : _targets.GetValueOrDefault(job.Exporter)?.PendingRecords ?? 0;
        return _running.TryGetValue(job.Id, out var run) ? new ReplayStatus(run.Job, run.WaitingFor, pending) : new ReplayStatus(job, null, pending);
    }

    /// <summary>Counts the dead letters of a job, and refuses those that have nowhere to go.</summary>
    private ReplayJob Survey(ReplayJob job)
    {
        var missing = job.Filter!.Keys?.ToHashSet(StringComparer.Ordinal);
        foreach (var letter in DeadLetterReplay.Select(job, _services.DeadLetters))
        {
            missing?.Remove(letter.Key);
            var exporter = job.Exporter ?? letter.Component;
            if (!_targets.TryGetValue(exporter, out var target))
            {
                throw new ReplayException(
                    ReplayProblem.Conflict,
                    $"Dead letter {letter.Key} is of exporter {exporter}, which is in no pipeline of this instance.",
                    $"another exporter to send them to, one of {string.Join(", ", _targets.Keys.Order(StringComparer.Ordinal))}, or a filter that leaves them out");
            }

            if (!target.Topics.ContainsKey(letter.Signal))
            {
                throw new ReplayException(
                    ReplayProblem.Conflict,
                    $"Dead letter {letter.Key} is of {letter.Signal.ToString().ToLowerInvariant()}, and exporter {exporter} is in no pipeline that carries them.",
                    "another exporter to send them to, or a filter that leaves them out");
            }

            job = job with { Found = job.Found + 1, OldestUnixNano = Math.Min(job.OldestUnixNano ?? long.MaxValue, letter.ReceivedUnixNano) };
        }

        return missing is { Count: > 0 }
            ? throw new ReplayException(ReplayProblem.Unknown, $"There is no dead letter {missing.First()}, or it was replayed.", "keys that the list shows")
            : job;
    }

    /// <summary>Makes a new job durable.</summary>
    private async Task AddAsync(ReplayJob job)
    {
        var group = _journal.CreateGroup();
        group.ReceivedUnixNano = job.StartedUnixNano;
        group.Put(_jobs, Encoding.UTF8.GetBytes(job.Id), ReplayJson.Encode(job));
        var result = await _journal.CommitAsync(group).ConfigureAwait(false);
        if (!result.Committed)
        {
            throw new ReplayException(ReplayProblem.Unavailable, $"The journal does not take the replay now: {result.Reason}.", "a later attempt");
        }
    }

    private async Task ResumeOneAsync(ReplayJob job)
    {
        try
        {
            if (job.Source == ReplaySource.DeadLetters)
            {
                await DeadLetterReplay.MakeGoodAsync(_journal, _marks, _services.DeadLetters).ConfigureAwait(false);
                Survey(job with { Filter = job.Filter! with { Keys = null } });
                Launch(job, ReplayDeadLettersAsync);
                return;
            }

            var target = FindTarget(job.Exporter!);

            // Pipelines that it does not serve any more are left out; what is left of them is counted as dropped.
            var served = target.Pipelines.Keys.Select(topic => topic.Name).ToHashSet();
            job = job with { Pipelines = [.. job.Pipelines.Where(served.Contains)] };
            var consumer = JournalReplay.Open(job, _journal);
            Launch(job, run => ReplayJournalAsync(run, target, consumer));
        }
        catch (Exception exception) when (exception is ReplayException or IOException)
        {
            Launch(job, _ => Task.FromException(exception));
        }
    }

    private void Launch(ReplayJob job, Func<ReplayRun, Task> work)
    {
        var run = new ReplayRun(job, _journal, _jobs, _services.Time, _shutdown.Token);
        _running[job.Id] = run;
        LogStarted(job.Id, job.Source, job.Found);
        run.Running = Task.Run(() => GuardAsync(run, work));
    }

    private async Task ReplayJournalAsync(ReplayRun run, ReplayTarget target, IJournalConsumer consumer)
    {
        using (consumer)
        {
            await new JournalReplay(target, _services.Pool.Buffers, _groupSize, _logger).RunAsync(run, consumer).ConfigureAwait(false);
        }
    }

    private Task ReplayDeadLettersAsync(ReplayRun run) =>
        new DeadLetterReplay(_targets, _services.DeadLetters, _marks, _groupSize, _logger).RunAsync(run);

    private async Task GuardAsync(ReplayRun run, Func<ReplayRun, Task> work)
    {
        var ended = false;
        try
        {
            await work(run).ConfigureAwait(false);
            ended = await run.EndAsync(ReplayState.Done).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (run.IsCancelled)
        {
            ended = await run.EndAsync(ReplayState.Cancelled).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The instance stops: it goes on at the next start.
        }
        catch (Exception exception)
        {
            LogFailed(exception, run.Job.Id);
            ended = await run.EndAsync(ReplayState.Failed, exception.Message).ConfigureAwait(false);
        }

        if (ended)
        {
            if (run.Job.Source == ReplaySource.Journal)
            {
                await _journal.RemoveConsumerAsync(ReplayTopics.ConsumerOf(run.Job.Id)).ConfigureAwait(false);
            }

            LogEnded(run.Job.Id, run.Job.State, run.Job.Replayed);
        }

        _running.TryRemove(run.Job.Id, out _);
        run.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Replay {Replay} of {Source} goes through {Records} records")]
    private partial void LogStarted(string replay, ReplaySource source, long records);

    [LoggerMessage(Level = LogLevel.Information, Message = "Replay {Replay} is {State}: {Records} records were appended for delivery")]
    private partial void LogEnded(string replay, ReplayState state, long records);

    [LoggerMessage(Level = LogLevel.Error, Message = "Replay {Replay} failed")]
    private partial void LogFailed(Exception exception, string replay);
}
