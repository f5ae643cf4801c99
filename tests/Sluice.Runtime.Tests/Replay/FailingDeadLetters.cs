using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.Tests.Replay;

/// <summary>Dead letters on disk that cannot be marked as replayed while a test says so: as if the disk were full, or the process had died.</summary>
internal sealed class FailingDeadLetters(DeadLetterLog log) : IDeadLetters, IAsyncDisposable
{
    public volatile bool CannotMark;

    public DeadLetterCounts Counts => log.Counts;

    public ValueTask AddAsync(string component, DeliverySegment segment, string reason, int attempts, CancellationToken cancellationToken) =>
        log.AddAsync(component, segment, reason, attempts, cancellationToken);

    public ValueTask AddAsync(DeadLetter letter, CancellationToken cancellationToken) => log.AddAsync(letter, cancellationToken);

    public ValueTask AddNoteAsync(DeadLetterNote note, CancellationToken cancellationToken) => log.AddNoteAsync(note, cancellationToken);

    public IEnumerable<DeadLetter> Read() => log.Read();

    public ValueTask MarkReplayedAsync(IReadOnlyCollection<string> keys, string replay, CancellationToken cancellationToken) =>
        CannotMark ? throw new IOException("No space left on device") : log.MarkReplayedAsync(keys, replay, cancellationToken);

    public ValueTask RemoveReplayedAsync(CancellationToken cancellationToken) => log.RemoveReplayedAsync(cancellationToken);

    public ValueTask DisposeAsync() => log.DisposeAsync();
}
