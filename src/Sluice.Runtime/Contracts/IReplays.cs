using Sluice.Runtime.Replay;

namespace Sluice.Runtime.Contracts;

/// <summary>
/// Sends records again, to exporters that run: what the journal still holds, or dead letters. Replays survive restarts and go on where they
/// were. Thread-safe.
/// </summary>
public interface IReplays
{
    /// <summary>Every replay that is known, newest first. Of those that ended only the last thousand are kept.</summary>
    IReadOnlyList<ReplayStatus> List();

    /// <summary>One replay; null when it is not known.</summary>
    ReplayStatus? Find(string id);

    /// <summary>Begins to replay what the journal holds, and returns while it goes on.</summary>
    /// <exception cref="ReplayException">There is no such exporter, it is being replayed to already, or the journal refuses.</exception>
    Task<ReplayStatus> StartAsync(ReplayRequest request);

    /// <summary>Begins to replay dead letters, and returns while it goes on.</summary>
    /// <exception cref="ReplayException">
    /// An exporter of theirs is not configured or does not take them, dead letters are being replayed already, or the journal refuses.
    /// </exception>
    /// <exception cref="IOException">The dead letters cannot be read.</exception>
    Task<ReplayStatus> StartAsync(DeadLetterReplayRequest request);

    /// <summary>Ends a replay before it is done. What it has appended is delivered all the same.</summary>
    /// <exception cref="ReplayException">There is no such replay, or it has ended.</exception>
    Task<ReplayStatus> CancelAsync(string id);
}
