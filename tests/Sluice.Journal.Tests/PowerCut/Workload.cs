namespace Sluice.Journal.Tests.PowerCut;

/// <summary>Random groups, reads and cursor moves, of which the history is told.</summary>
/// <param name="opening">The journal.</param>
/// <param name="history">Learns what was answered and read.</param>
/// <param name="random">Decides everything.</param>
/// <param name="isOff">Whether the power is off: answers from then on reached nobody.</param>
/// <param name="sync">What an answer means.</param>
internal sealed class Workload(Opening opening, History history, Random random, Func<bool> isOff, SyncMode sync)
{
    private readonly List<Attempt> _inDoubt = [];

    /// <summary>Groups that were refused while the disk was alive.</summary>
    public int Refused { get; private set; }

    public async Task RunAsync(int steps)
    {
        for (var step = 0; step < steps && !isOff(); step++)
        {
            switch (random.Next(6))
            {
                case 0:
                    ReadSome(Any(opening.Consumers), random.Next(1, 10));
                    break;
                case 1:
                    await SettleAsync(Any(opening.Consumers));
                    break;
                case 2 when random.Next(2) == 0:
                    // While the first is written the others gather: a write of many groups, of which a cut leaves any.
                    await CommitSomeAsync(random.Next(10, 40));
                    break;
                default:
                    await CommitSomeAsync(random.Next(1, 5));
                    break;
            }
        }
    }

    /// <summary>Reads up to so many entries.</summary>
    public void ReadSome(ConsumerReading reading, int entries)
    {
        for (; entries > 0; entries--)
        {
            opening.Buffer.Clear();
            if (!reading.Consumer.TryRead(opening.Buffer, out var entry))
            {
                return;
            }

            if (entry.IsCorrupt)
            {
                History.Check(isOff(), $"consumer {reading.Name} finds {entry} damaged");
                return;
            }

            var found = history.Identify(entry, opening.Buffer.WrittenSpan);
            reading.Read.Add((found, entry.SettledRecords));
            if (sync == SyncMode.Always)
            {
                found.Attempt.State = AttemptState.Durable;
            }
        }
    }

    private async Task SettleAsync(ConsumerReading reading)
    {
        ReadSome(reading, int.MaxValue);
        var attempt = history.Begin();
        attempt.IsMarked = true;
        MoveCursor(attempt, reading, reading.Read.Count);
        await AnswerAsync(attempt, Commit(attempt, CommitKind.Internal).AsTask());
    }

    private async Task CommitSomeAsync(int count)
    {
        var commits = new List<(Attempt, Task<CommitResult>)>();
        for (; count > 0; count--)
        {
            var attempt = Compose();
            commits.Add((attempt, Commit(attempt, attempt.Cursors.Count > 0 ? CommitKind.Internal : CommitKind.Intake).AsTask()));
        }

        foreach (var (attempt, commit) in commits)
        {
            await AnswerAsync(attempt, commit);
        }
    }

    private Attempt Compose()
    {
        var attempt = history.Begin();
        attempt.IsMarked = random.Next(5) > 0;
        attempt.Context = Bytes(random.Next(3) == 0 ? 40 : 0);
        var offset = 0;
        for (var i = random.Next(attempt.IsMarked ? 0 : 1, 4); i > 0; i--)
        {
            var records = random.Next(1, 6);
            var length = AttemptEntry.MinLength + random.Next(random.Next(12) switch { 0 => 20_000, 1 or 2 => 5000, _ => 300 });
            attempt.Entries.Add(new AttemptEntry(attempt, attempt.Entries.Count, Any(opening.Topics).Name, records, offset, length));
            offset += records;
        }

        for (var i = random.Next(3); i > 0; i--)
        {
            attempt.Deltas.Add((random.Next(opening.Counters.Length), random.Next(-5, 100)));
        }

        for (var i = random.Next(4) - 1; i > 0; i--)
        {
            attempt.Changes.Add((random.Next(30), random.Next(4) == 0 ? null : Bytes(100)));
        }

        // Outputs, state and cursor in one group, as a stateful processor writes them.
        if (random.Next(4) == 0 && Any(opening.Consumers) is { Read.Count: > 0 } reading)
        {
            MoveCursor(attempt, reading, random.Next(reading.Settled, reading.Read.Count + 1));
        }

        return attempt;
    }

    /// <summary>Behind the first <paramref name="count"/> entries that were read, or into the middle of the last of them.</summary>
    private void MoveCursor(Attempt attempt, ConsumerReading reading, int count)
    {
        if (count == 0)
        {
            return;
        }

        var last = reading.Read[count - 1].Entry;
        var inside = random.Next(4) == 0;
        attempt.Cursors.Add((reading.Name, inside ? last.First.Plus(random.Next(last.Records)) : last.End));
        reading.Settled = inside ? count - 1 : count;
    }

    private ValueTask<CommitResult> Commit(Attempt attempt, CommitKind kind)
    {
        var group = opening.Journal.CreateGroup();
        group.ReceivedUnixNano = 1_000_000_000L * attempt.Number;
        group.SetContext(attempt.Context);
        foreach (var entry in attempt.Entries)
        {
            var writer = group.BeginEntry(opening.Topics.Single(topic => topic.Name == entry.Topic));
            entry.Fill(writer.GetSpan(entry.Length)[..entry.Length]);
            writer.Advance(entry.Length);
            group.EndEntry(entry.Records);
        }

        if (attempt.IsMarked)
        {
            group.Put(opening.Marks, BitConverter.GetBytes(attempt.Number), []);
        }

        foreach (var (counter, delta) in attempt.Deltas)
        {
            group.Add(opening.Counters[counter], delta);
        }

        foreach (var (key, value) in attempt.Changes)
        {
            if (value is null)
            {
                group.Delete(opening.Small, BitConverter.GetBytes(key));
            }
            else
            {
                group.Put(opening.Small, BitConverter.GetBytes(key), value);
            }
        }

        foreach (var (consumer, cursor) in attempt.Cursors)
        {
            group.SetCursor(opening.Consumers.Single(reading => reading.Name == consumer).Consumer, cursor);
        }

        return opening.Journal.CommitAsync(group, kind);
    }

    private async Task AnswerAsync(Attempt attempt, Task<CommitResult> commit)
    {
        var result = await commit;
        if (result.Committed)
        {
            history.Acknowledged(attempt, result.FirstRecord);

            // The log goes on behind them: what the disk did not take is gone for certain only now.
            _inDoubt.ForEach(refused => refused.State = AttemptState.Gone);
            _inDoubt.Clear();
        }
        else if (!isOff())
        {
            History.Check(result.Status is CommitStatus.Full or CommitStatus.Failed or CommitStatus.TooLarge, $"{attempt} was refused as {result.Status}: {result.Reason}");
            History.Check(attempt.State == AttemptState.Open, $"{attempt} was read and then refused: {result.Reason}");
            Refused++;
            if (result.Status == CommitStatus.Failed)
            {
                _inDoubt.Add(attempt);
            }
            else
            {
                attempt.State = AttemptState.Gone;
            }
        }
    }

    private T Any<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];

    private byte[] Bytes(int max)
    {
        var bytes = new byte[random.Next(max + 1)];
        random.NextBytes(bytes);
        return bytes;
    }
}
