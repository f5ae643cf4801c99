using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Delivery;

namespace Sluice.Testing.Components;

/// <summary>Dead letters in memory, which can be made to fail. Thread-safe.</summary>
public sealed class CollectedDeadLetters : IDeadLetters
{
    private readonly Lock _gate = new();
    private readonly List<CollectedDeadLetter> _letters = [];
    private readonly List<DeadLetterNote> _notes = [];
    private readonly List<DeadLetter> _unreadable = [];
    private int _calls;

    /// <summary>What to throw; null to keep the records.</summary>
    public volatile Exception? Failure;

    /// <summary>What was kept, record by record.</summary>
    public IReadOnlyList<CollectedDeadLetter> Letters
    {
        get
        {
            lock (_gate)
            {
                return [.. _letters];
            }
        }
    }

    /// <summary>The names of the records kept, in order.</summary>
    public IReadOnlyList<string> Names => [.. Letters.Select(letter => letter.Record.Name)];

    /// <summary>How often it was asked to keep something.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <inheritdoc/>
    public ValueTask AddAsync(string component, DeliverySegment segment, string reason, int attempts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        if (Failure is { } failure)
        {
            return ValueTask.FromException(failure);
        }

        var records = TestRecord.Of(segment).ToArray();
        lock (_gate)
        {
            _letters.AddRange(records.Select(record => new CollectedDeadLetter(record, component, reason, attempts)));
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>What receivers could not read, in order.</summary>
    public IReadOnlyList<DeadLetter> Unreadable
    {
        get
        {
            lock (_gate)
            {
                return [.. _unreadable];
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        if (Failure is { } failure)
        {
            return ValueTask.FromException(failure);
        }

        lock (_gate)
        {
            _unreadable.Add(letter with { Request = letter.Request.ToArray() });
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The notes kept, in order.</summary>
    public IReadOnlyList<DeadLetterNote> Notes
    {
        get
        {
            lock (_gate)
            {
                return [.. _notes];
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask AddNoteAsync(DeadLetterNote note, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Interlocked.Increment(ref _calls);
        if (Failure is { } failure)
        {
            return ValueTask.FromException(failure);
        }

        lock (_gate)
        {
            _notes.Add(note);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public DeadLetterCounts Counts => new(Letters.Count, 0, 0);

    /// <summary>None: tests of replays use the log on disk.</summary>
    public IEnumerable<DeadLetter> Read() => [];

    /// <inheritdoc/>
    public ValueTask MarkReplayedAsync(IReadOnlyCollection<string> keys, string replay, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Nothing is kept here that could be replayed.");

    /// <inheritdoc/>
    public ValueTask RemoveReplayedAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
}
