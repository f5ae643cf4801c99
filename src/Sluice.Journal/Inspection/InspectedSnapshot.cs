namespace Sluice.Journal;

/// <summary>The snapshot that an opening would begin with.</summary>
/// <param name="Lsn">The last group in it.</param>
/// <param name="Bytes">Bytes of one copy.</param>
/// <param name="AgeSeconds">Seconds since its file was written, by the file system's clock.</param>
/// <param name="ReplayedGroups">Groups behind it, which an opening applies again.</param>
public sealed record InspectedSnapshot(ulong Lsn, long Bytes, double? AgeSeconds, long ReplayedGroups);
