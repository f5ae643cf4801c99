namespace Sluice.Journal;

/// <summary>A snapshot of a journal.</summary>
/// <param name="Kind"><c>memory</c> or <c>disk</c>.</param>
/// <param name="Bytes">Bytes that consumers still need, of which intake is refused when they reach <paramref name="MaxBytes"/>.</param>
/// <param name="MaxBytes">Bytes that may be held.</param>
/// <param name="Groups">Groups committed since the opening.</param>
/// <param name="Records">Records committed since the opening.</param>
/// <param name="RefusedGroups">Groups refused since the opening.</param>
/// <param name="Consumers">Every consumer known.</param>
public sealed record JournalStatus(
    string Kind, long Bytes, long MaxBytes, long Groups, long Records, long RefusedGroups, IReadOnlyList<JournalConsumerStatus> Consumers)
{
    /// <summary>Why the journal is degraded: a failing or slow disk, damage, too little space. Null when nothing is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>What only a journal on disk has; null for one in memory.</summary>
    public JournalDiskStatus? Disk { get; init; }
}
