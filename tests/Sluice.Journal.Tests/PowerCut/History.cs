using System.Globalization;

namespace Sluice.Journal.Tests.PowerCut;

/// <summary>What everybody outside the journal knows over all its openings: what was handed over, answered and read.</summary>
/// <param name="isEpochRepeated">Whether openings with the same epoch are let pass.</param>
internal sealed class History(bool isEpochRepeated)
{
    private readonly Dictionary<RecordId, AttemptEntry> _records = [];
    private readonly List<ulong> _epochs = [];

    public List<Attempt> Attempts { get; } = [];

    /// <summary>Where each consumer began to read: behind the last record at its first opening.</summary>
    public Dictionary<string, RecordId> Subscribed { get; } = new(StringComparer.Ordinal);

    public Guid? JournalId { get; private set; }

    public IEnumerable<Attempt> Durable => Attempts.Where(attempt => attempt.State == AttemptState.Durable);

    public Attempt Begin()
    {
        var attempt = new Attempt(Attempts.Count);
        Attempts.Add(attempt);
        return attempt;
    }

    /// <summary>An opening has succeeded while the disk was alive.</summary>
    /// <param name="journal">What was opened.</param>
    /// <param name="hasToldNewId">It has said that its id was destroyed, and that it has this one.</param>
    public void Opened(IJournal journal, bool hasToldNewId)
    {
        // One whose id was destroyed before anything else was written is a new one.
        JournalId = Durable.Any() && !hasToldNewId ? JournalId ?? journal.Id : journal.Id;
        Check(journal.Id == JournalId, $"the journal's id was {JournalId} and is {journal.Id}");
        Check(isEpochRepeated || !_epochs.Exists(epoch => epoch >= journal.Epoch), $"epoch {journal.Epoch:x} follows {string.Join(", ", _epochs.Select(e => e.ToString("x")))}");
        _epochs.Add(journal.Epoch);
    }

    /// <summary>A group was acknowledged.</summary>
    public void Acknowledged(Attempt attempt, RecordId first)
    {
        Check(attempt.State != AttemptState.Gone, $"{attempt} was acknowledged");
        if (attempt.Records > 0)
        {
            Identified(attempt, first);
        }

        attempt.State = AttemptState.Durable;
    }

    /// <summary>Finds the entry that some bytes are, and checks every byte.</summary>
    /// <param name="read">What the consumer said of it.</param>
    /// <param name="bytes">Context and bytes.</param>
    public AttemptEntry Identify(in JournalEntry read, ReadOnlySpan<byte> bytes)
    {
        var (number, ordinal) = AttemptEntry.Identify(bytes[Math.Min(bytes.Length, read.ContextLength)..]);
        Check(
            number >= 0 && number < Attempts.Count && ordinal >= 0 && ordinal < Attempts[number].Entries.Count,
            $"at {read.FirstRecord} are bytes that nobody wrote");
        var attempt = Attempts[number];
        var entry = attempt.Entries[ordinal];
        var expected = new byte[entry.Length];
        entry.Fill(expected);
        Check(
            bytes[..read.ContextLength].SequenceEqual(attempt.Context) && bytes[read.ContextLength..].SequenceEqual(expected),
            $"entry {ordinal} of {attempt} has wrong bytes");
        Check(read.Topic.Name == entry.Topic && read.RecordCount == entry.Records, $"entry {ordinal} of {attempt} is read as {read}");
        Check(attempt.State != AttemptState.Gone, $"{attempt} is read although it cannot be there");
        Identified(attempt, new RecordId(read.FirstRecord.Epoch, read.FirstRecord.Sequence - (ulong)entry.Offset));
        return entry;
    }

    public static void Check(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }

    public static void Equal<T>(T expected, T actual, string what) =>
        Check(EqualityComparer<T>.Default.Equals(expected, actual), string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected}, found {actual}"));

    /// <summary>Somebody was told the ids of its records: they stay the same, and nobody else ever has them.</summary>
    private void Identified(Attempt attempt, RecordId first)
    {
        if (attempt.First is { } known)
        {
            Check(known == first, $"{attempt} was found at {first}");
            return;
        }

        attempt.First = first;
        foreach (var entry in attempt.Entries)
        {
            for (var i = 0; i < entry.Records; i++)
            {
                var id = entry.First.Plus(i);
                Check(_records.TryAdd(id, entry), $"record id {id} of {attempt} is that of a record of {_records[id].Attempt}");
            }
        }
    }
}
