using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.DeadLetters;

/// <summary>
/// Where records go that a destination refuses for good, or a receiver cannot read: kept with the reason, so that nothing disappears silently, and from where they can
/// be sent again. Thread-safe.
/// </summary>
public interface IDeadLetters
{
    /// <summary>Keeps records.</summary>
    /// <param name="component">Id of the exporter that could not deliver them.</param>
    /// <param name="segment">The records; lent for the call.</param>
    /// <param name="reason">What the destination said.</param>
    /// <param name="attempts">How often delivery was tried.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when they are on disk; only then may the cursor move.</returns>
    /// <exception cref="IOException">They could not be written; the records are not settled.</exception>
    ValueTask AddAsync(string component, DeliverySegment segment, string reason, int attempts, CancellationToken cancellationToken);

    /// <summary>Keeps what a receiver cannot read, as a record that holds its bytes and says where it came from.</summary>
    /// <param name="letter">The dead letter; its memory is lent for the call.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when it is on disk; only then may the source be told that it was taken.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    ValueTask AddAsync(DeadLetter letter, CancellationToken cancellationToken);

    /// <summary>Keeps a note about records that cannot be named, between the records that are kept. It goes with its file.</summary>
    /// <param name="note">The note.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when it is on disk; only then may the cursor move.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    ValueTask AddNoteAsync(DeadLetterNote note, CancellationToken cancellationToken);

    /// <summary>Those that are kept and were not replayed, oldest first, read as they are enumerated.</summary>
    /// <exception cref="IOException">They cannot be read.</exception>
    IEnumerable<DeadLetter> Read();

    /// <summary>Says that dead letters are in the journal again: they are not listed any more.</summary>
    /// <param name="keys">Their <see cref="DeadLetter.Key"/>s.</param>
    /// <param name="replay">The replay's id.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when that is on disk.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    ValueTask MarkReplayedAsync(IReadOnlyCollection<string> keys, string replay, CancellationToken cancellationToken);

    /// <summary>Gives back the space of the oldest dead letters as far as all of them were replayed.</summary>
    ValueTask RemoveReplayedAsync(CancellationToken cancellationToken);

    /// <summary>What was counted since the start.</summary>
    DeadLetterCounts Counts { get; }
}
