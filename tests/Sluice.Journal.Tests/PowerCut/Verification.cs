using Sluice.Journal.Tests.Model;
using Sluice.Testing;

namespace Sluice.Journal.Tests.PowerCut;

/// <summary>Reads an opened journal to its end and holds it against the history.</summary>
/// <param name="opening">The journal, of which nothing was read.</param>
/// <param name="history">Learns which groups in doubt are there.</param>
/// <param name="clock">The journal's clock.</param>
/// <param name="firstInDoubt">The first group that may have been acknowledged and not flushed; with every group flushed, beyond all.</param>
/// <param name="damaged">Bits were flipped: what is missing must be counted, and nothing more is asked for.</param>
internal sealed class Verification(Opening opening, History history, ManualTimeProvider clock, int firstInDoubt, bool damaged)
{
    private readonly HashSet<AttemptEntry> _audited = [];
    private readonly HashSet<int> _marks = [];
    private int _firstMissing = int.MaxValue;
    private int _lastPresent = -1;

    /// <summary>Groups that are missing, all of them counted.</summary>
    public int Missing { get; private set; }

    /// <summary>Of damaged openings, whether the journal told of damage that no crash makes.</summary>
    public bool IsDamageTold { get; private set; }

    /// <summary>Reads everything; false when the power went meanwhile and nothing can be said.</summary>
    public bool ReadAll(Func<bool> isOff)
    {
        foreach (var reading in opening.Consumers)
        {
            for (opening.Buffer.Clear(); reading.Consumer.TryRead(opening.Buffer, out var entry); opening.Buffer.Clear())
            {
                if (!entry.IsCorrupt)
                {
                    reading.Read.Add((history.Identify(entry, opening.Buffer.WrittenSpan), entry.SettledRecords));
                }
                else if (isOff())
                {
                    return false;
                }
                else
                {
                    History.Check(damaged, $"consumer {reading.Name} finds {entry} damaged");
                    reading.CorruptRecords += entry.RecordCount;
                }
            }
        }

        _audited.UnionWith(opening.AuditReading.Read.Select(read => read.Entry));
        _marks.UnionWith(opening.Marks.Snapshot().Select(row => BitConverter.ToInt32(row.Key.Span)));
        return true;
    }

    /// <summary>Judges what was read.</summary>
    public void Judge()
    {
        var present = history.Attempts.Where(IsPresent).ToHashSet();
        History.Check(_marks.All(mark => mark < history.Attempts.Count && history.Attempts[mark].IsMarked), "there are marks that nobody set");
        Attempt? lost = null;
        foreach (var attempt in history.Attempts)
        {
            if (present.Contains(attempt))
            {
                History.Check(attempt.State != AttemptState.Gone, $"{attempt} is there");
                History.Check(lost is null, $"{attempt} is there, and {lost} before it is not");
                CheckWhole(attempt);
                _lastPresent = attempt.Number;
            }
            else if (attempt.State == AttemptState.Durable)
            {
                History.Check(damaged || attempt.Number >= firstInDoubt, $"{attempt} is missing");
                lost = damaged ? null : attempt;
                Missing += damaged ? 1 : 0;
                _firstMissing = Math.Min(_firstMissing, attempt.Number);
            }
        }

        foreach (var attempt in history.Attempts)
        {
            attempt.State = present.Contains(attempt) ? AttemptState.Durable : AttemptState.Gone;
        }

        CheckBalances();
        if (damaged)
        {
            CheckLossIsCounted();
            return;
        }

        History.Equal(0, opening.Journal.GetStatus().Disk!.CorruptGroups, "groups said to be damaged");
        CheckState();
        opening.Consumers.ForEach(CheckConsumer);
    }

    private bool IsPresent(Attempt attempt)
    {
        var read = attempt.Entries.Exists(_audited.Contains);
        var marked = _marks.Contains(attempt.Number);
        History.Check(!read || marked || !attempt.IsMarked || damaged, $"{attempt} is half there: its entries are, its mark is not");
        return attempt.IsMarked ? marked : read || IsSettled(attempt);
    }

    /// <summary>It was there before, and the audit has settled it since.</summary>
    private bool IsSettled(Attempt attempt) =>
        attempt.State == AttemptState.Durable && attempt.Entries.TrueForAll(entry => entry.Attempt.First is not null && entry.End <= opening.AuditReading.Consumer.Cursor);

    private void CheckWhole(Attempt attempt)
    {
        foreach (var entry in attempt.Entries)
        {
            History.Check(
                damaged || _audited.Contains(entry) || (attempt.First is not null && entry.End <= opening.AuditReading.Consumer.Cursor),
                $"{attempt} is half there: its entry {entry.Ordinal} is missing");
        }
    }

    private void CheckState()
    {
        var sums = new long[opening.Counters.Length];
        var table = new ModelTable(opening.Small, Opening.SmallTable);
        foreach (var attempt in history.Durable)
        {
            attempt.Deltas.ForEach(delta => sums[delta.Counter] += delta.Delta);
            foreach (var (key, value) in attempt.Changes)
            {
                if (value is null)
                {
                    table.Delete(key);
                }
                else
                {
                    table.Put(key, value, clock.GetUtcNow());
                }
            }
        }

        try
        {
            Assert.Equal(sums, opening.Counters.Select(counter => counter.Value));
            table.Check(clock.GetUtcNow());
        }
        catch (Xunit.Sdk.XunitException exception)
        {
            throw new BrokenPromiseException($"counters or tables are not the sum of the groups: {exception.Message}");
        }
    }

    private void CheckBalances()
    {
        foreach (var consumer in opening.Consumers.Select(reading => reading.Consumer))
        {
            long pending = 0;
            foreach (var topic in consumer.Topics)
            {
                History.Equal(
                    consumer.SubscribedRecords(topic),
                    consumer.SettledRecords(topic) + consumer.DroppedRecords(topic) + consumer.LostRecords(topic) + consumer.PendingRecords(topic),
                    $"subscribed by {consumer.Name} to {topic}");
                pending += consumer.PendingRecords(topic);
            }

            var topics = string.Join(", ", consumer.Topics.Select(topic =>
                $"{topic}: {consumer.SubscribedRecords(topic)} subscribed, {consumer.SettledRecords(topic)} settled, {consumer.DroppedRecords(topic)} dropped, {consumer.LostRecords(topic)} lost"));
            History.Equal(pending, consumer.Lag.Records, $"lag of {consumer.Name} ({topics})");
        }
    }

    private void CheckConsumer(ConsumerReading reading)
    {
        var consumer = reading.Consumer;
        var start = history.Subscribed[reading.Name];
        var cursors = history.Durable.SelectMany(attempt => attempt.Cursors).Where(move => move.Consumer == reading.Name).Select(move => move.Cursor).ToList();
        var cursor = cursors.Count == 0 ? default : cursors.Max();
        var entries = history.Durable
            .SelectMany(attempt => attempt.Entries)
            .Where(entry => entry.First >= start && consumer.Topics.Any(topic => topic.Name == entry.Topic))
            .ToList();
        var pending = entries.Where(entry => entry.Remaining(cursor) > 0).Select(entry => (entry, entry.Records - entry.Remaining(cursor))).ToList();
        History.Check(consumer.Cursor >= cursor, $"the cursor of {reading.Name} was moved to {cursor} and is {consumer.Cursor}");
        if (reading.OnFull == OnFull.Reject)
        {
            History.Equal(pending.Count, reading.Read.Count, $"entries pending for {reading.Name}");
        }
        else
        {
            // The oldest may have been dropped.
            History.Check(reading.Read.Count <= pending.Count, $"{reading.Name} reads {reading.Read.Count} entries of {pending.Count}");
            pending.RemoveRange(0, pending.Count - reading.Read.Count);
        }

        foreach (var (expected, found) in pending.Zip(reading.Read))
        {
            History.Equal(expected, found, $"entry pending for {reading.Name}");
        }

        foreach (var topic in consumer.Topics)
        {
            var ofTopic = entries.Where(entry => entry.Topic == topic.Name).ToList();
            var left = pending.Where(item => item.entry.Topic == topic.Name).Sum(item => (long)item.entry.Remaining(cursor));
            History.Equal(ofTopic.Sum(entry => (long)entry.Records), consumer.SubscribedRecords(topic), $"{topic} subscribed by {reading.Name}");
            History.Equal(left, consumer.PendingRecords(topic), $"{topic} pending for {reading.Name}");
            History.Equal(0, consumer.LostRecords(topic), $"{topic} lost by {reading.Name}");
            var settled = ofTopic.Sum(entry => (long)(entry.Records - entry.Remaining(cursor)));
            if (reading.OnFull == OnFull.Reject)
            {
                History.Equal(settled, consumer.SettledRecords(topic), $"{topic} settled by {reading.Name}");
            }
            else
            {
                History.Check(consumer.SettledRecords(topic) <= settled, $"{reading.Name} settled {consumer.SettledRecords(topic)} records of {topic}, and not {settled}");
            }
        }
    }

    private void CheckLossIsCounted()
    {
        var status = opening.Journal.GetStatus().Disk!;
        var lost = opening.Consumers.Sum(reading => reading.CorruptRecords + reading.Consumer.Topics.Sum(reading.Consumer.LostRecords));

        IsDamageTold = lost > 0 || status.CorruptGroups > 0;

        // Damage to the last groups that were flushed, with nothing behind them, looks like a write that a crash cut short.
        var isTail = status.TornBytes > 0 && _lastPresent < _firstMissing;
        History.Check(Missing == 0 || lost > 0 || status.CorruptGroups > 0 || isTail, $"{Missing} groups are missing, and nothing counts them");
    }
}
