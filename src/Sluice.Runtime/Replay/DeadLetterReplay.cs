using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Journal;
using Sluice.Runtime.DeadLetters;

namespace Sluice.Runtime.Replay;

/// <summary>
/// Appends dead letters to the replay topics of their exporters. The group also puts their keys into a table, then the dead letters are marked
/// as replayed, then the keys go: a crash in between is made good at the next start, and none is appended twice.
/// </summary>
internal sealed partial class DeadLetterReplay(
    IReadOnlyDictionary<string, ReplayTarget> targets, IDeadLetters deadLetters, JournalTable marks, int groupSize, ILogger logger)
{
    /// <summary>Dead letters in one group at most.</summary>
    private const int MaxLetters = 1000;

    private readonly List<DeadLetter> _letters = [];
    private readonly List<byte[]> _marked = [];

    /// <summary>The dead letters that a job means.</summary>
    public static IEnumerable<DeadLetter> Select(ReplayJob job, IDeadLetters deadLetters) =>
        deadLetters.Read().Where(letter => job.Filter!.Matches(letter) && Telemetry.UnixTime.ToNano(letter.Time) < job.StartedUnixNano);

    /// <summary>
    /// Marks what was appended before a crash or a full disk kept it from being marked. Until that is done nothing may be replayed.
    /// </summary>
    /// <exception cref="IOException">It cannot be marked.</exception>
    public static async Task MakeGoodAsync(IJournal journal, JournalTable marks, IDeadLetters deadLetters)
    {
        foreach (var replay in marks.Snapshot().GroupBy(mark => Encoding.ASCII.GetString(mark.Value.Span), mark => mark.Key))
        {
            await deadLetters.MarkReplayedAsync([.. replay.Select(key => Encoding.ASCII.GetString(key.Span))], replay.Key, CancellationToken.None).ConfigureAwait(false);
            var group = journal.CreateGroup();
            foreach (var key in replay)
            {
                group.Delete(marks, key.Span);
            }

            // When this is refused they are marked once more the next time, which changes nothing.
            await journal.CommitAsync(group, CommitKind.Internal).ConfigureAwait(false);
        }
    }

    /// <summary>Works until all is appended.</summary>
    /// <exception cref="OperationCanceledException">It is to end; what is committed stays.</exception>
    public async Task RunAsync(ReplayRun run)
    {
        long size = 0;
        ReplayTarget? target = null;
        foreach (var letter in Select(run.Job, deadLetters))
        {
            var next = targets[run.Job.Exporter ?? letter.Component];
            if (_letters.Count > 0 && (next != target || size + SizeOf(letter) > groupSize || _letters.Count == MaxLetters))
            {
                await AppendAsync(run, target!).ConfigureAwait(false);
                size = 0;
            }

            target = next;
            _letters.Add(letter);
            size += SizeOf(letter);
        }

        if (_letters.Count > 0)
        {
            await AppendAsync(run, target!).ConfigureAwait(false);
        }

        await run.CommitAsync(run.Job, 0, null, ForgetMarks).ConfigureAwait(false);
        await deadLetters.RemoveReplayedAsync(run.Stop).ConfigureAwait(false);
    }

    private async Task AppendAsync(ReplayRun run, ReplayTarget target)
    {
        var job = run.Job with { Replayed = run.Job.Replayed + _letters.Count };
        long bytes = _letters.Sum(letter => (long)letter.Request.Length);
        if (await run.CommitAsync(job, bytes, target, group => Fill(group, run.Job.Id, target)).ConfigureAwait(false))
        {
            // Those of the group before were deleted in this one.
            _marked.Clear();
            _marked.AddRange(_letters.Select(letter => Encoding.ASCII.GetBytes(letter.Key)));
            await deadLetters.MarkReplayedAsync([.. _letters.Select(letter => letter.Key)], job.Id, CancellationToken.None).ConfigureAwait(false);
        }
        else
        {
            // Only a record alone in its group can be too large. It stays a dead letter.
            LogTooLarge(_letters[0].Key, target.Id);
            await run.CommitAsync(run.Job with { Corrupt = run.Job.Corrupt + _letters.Count }, 0, null, ForgetMarks).ConfigureAwait(false);
            _marked.Clear();
        }

        _letters.Clear();
    }

    private void Fill(JournalGroup group, string replay, ReplayTarget target)
    {
        foreach (var letter in _letters)
        {
            var output = group.BeginEntry(target.Topics[letter.Signal]);
            new ReplayHeader
            {
                FirstRecord = letter.Id,
                ReceivedUnixNano = letter.ReceivedUnixNano,
                Replay = Encoding.ASCII.GetBytes(replay),
                Pipeline = Encoding.UTF8.GetBytes(letter.Pipeline),
                Context = letter.Context.Span,
            }.Write(output);
            output.Write(letter.Request.Span);
            group.EndEntry(1);
            group.Put(marks, Encoding.ASCII.GetBytes(letter.Key), Encoding.ASCII.GetBytes(replay));
        }

        ForgetMarks(group);
    }

    /// <summary>What it takes in a group, generously.</summary>
    private static int SizeOf(DeadLetter letter) => letter.Request.Length + letter.Context.Length + 256;

    private void ForgetMarks(JournalGroup group)
    {
        foreach (var key in _marked)
        {
            group.Delete(marks, key);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Dead letter {Key} cannot be replayed to {Exporter}: with what a replay adds it is larger than service::journal::max_group_size")]
    private partial void LogTooLarge(string key, string exporter);
}
