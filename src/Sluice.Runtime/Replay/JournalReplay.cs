using System.Text;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Journal;

namespace Sluice.Runtime.Replay;

/// <summary>
/// Reads what the journal holds of an exporter's pipelines with a consumer of its own, and appends what is of the time asked for to the
/// exporter's replay topics, in one group with this consumer's cursor.
/// </summary>
internal sealed partial class JournalReplay(ReplayTarget target, BufferPool buffers, int groupSize, ILogger logger)
{
    /// <summary>Entries read for one group at most: a range without any record of the time asked for still moves the cursor on.</summary>
    private const int MaxEntries = 4096;

    private readonly List<(JournalEntry Entry, int Start, int Length)> _entries = [];

    /// <summary>Opens the consumer of a job; the same again after a restart.</summary>
    public static IJournalConsumer Open(ReplayJob job, IJournal journal) => journal.OpenConsumer(ReplayTopics.ConsumerOf(job.Id), new JournalConsumerOptions
    {
        Topics = [.. job.Pipelines.Select(journal.OpenTopic)],
        StartAt = StartAt.Earliest,
        Until = job.End,

        // What is asked for is old; it yields to what is new.
        OnFull = OnFull.DropOldest,
    });

    /// <summary>Works until all is appended.</summary>
    /// <exception cref="OperationCanceledException">It is to end; what is committed stays.</exception>
    public async Task RunAsync(ReplayRun run, IJournalConsumer consumer)
    {
        using var bytes = new PooledBufferWriter(buffers, $"replay {run.Job.Id}");
        var replay = Encoding.ASCII.GetBytes(run.Job.Id);
        while (true)
        {
            run.Stop.ThrowIfCancellationRequested();
            bytes.Clear();
            var (job, cursor) = Read(consumer, run.Job, bytes);
            if (cursor is null)
            {
                await run.CommitAsync(job, 0, null, static _ => { }).ConfigureAwait(false);
                return;
            }

            var taken = _entries.Count == 0 ? null : target;
            if (await run.CommitAsync(job, bytes.Length, taken, group => Fill(group, consumer, cursor.Value, bytes, replay)).ConfigureAwait(false))
            {
                continue;
            }

            // Only an entry alone in its group can be too large: by its header, beside what was the largest group already.
            LogTooLarge(_entries[0].Entry.RecordCount, _entries[0].Entry.FirstRecord, target.Id);
            var records = _entries.Sum(entry => (long)entry.Entry.RecordCount);
            await run.CommitAsync(
                job with { Replayed = job.Replayed - records, Corrupt = job.Corrupt + records }, 0, null, group => group.SetCursor(consumer, cursor.Value)).ConfigureAwait(false);
        }
    }

    /// <summary>Reads entries for one group.</summary>
    /// <returns>The job behind them, and the position; null when there are no more.</returns>
    private (ReplayJob Job, RecordId? Cursor) Read(IJournalConsumer consumer, ReplayJob job, PooledBufferWriter bytes)
    {
        _entries.Clear();
        RecordId? cursor = null;
        for (var i = 0; i < MaxEntries; i++)
        {
            var start = bytes.Length;
            if (_entries.Count > 0 && start + consumer.PeekLength() + HeaderRoom(_entries.Count) > groupSize)
            {
                break;
            }

            if (!consumer.TryRead(bytes, out var entry))
            {
                break;
            }

            cursor = entry.End;
            var records = entry.RecordCount - entry.SettledRecords;
            if (entry.IsCorrupt)
            {
                job = job with { Corrupt = job.Corrupt + records };
            }
            else if (entry.ReceivedUnixNano < (job.SinceUnixNano ?? long.MinValue) || entry.ReceivedUnixNano >= (job.UntilUnixNano ?? long.MaxValue))
            {
                bytes.Truncate(start);
                job = job with { Skipped = job.Skipped + records };
            }
            else
            {
                _entries.Add((entry, start, bytes.Length - start));
                job = job with { Replayed = job.Replayed + entry.RecordCount };
            }
        }

        return (job with { Dropped = consumer.Topics.Sum(consumer.DroppedRecords) }, cursor);
    }

    private void Fill(JournalGroup group, IJournalConsumer consumer, RecordId cursor, PooledBufferWriter bytes, byte[] replay)
    {
        foreach (var (entry, start, length) in _entries)
        {
            var read = bytes.WrittenSpan.Slice(start, length);
            var output = group.BeginEntry(target.Topics[target.Pipelines[entry.Topic]]);
            new ReplayHeader
            {
                FirstRecord = entry.FirstRecord,
                ReceivedUnixNano = entry.ReceivedUnixNano,
                Replay = replay,
                Pipeline = Encoding.UTF8.GetBytes(entry.Topic.Name),
                Context = read[..entry.ContextLength],
            }.Write(output);
            output.Write(read[entry.ContextLength..]);
            group.EndEntry(entry.RecordCount);
        }

        group.SetCursor(consumer, cursor);
    }

    /// <summary>What the headers of so many entries and one more take beside the contexts, generously.</summary>
    private static int HeaderRoom(int entries) => (entries + 1) * 256;

    [LoggerMessage(Level = LogLevel.Error, Message = "The {Count} records from {First} cannot be replayed to {Exporter}: with what a replay adds they are larger than service::journal::max_group_size")]
    private partial void LogTooLarge(int count, RecordId first, string exporter);
}
