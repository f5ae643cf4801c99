namespace Sluice.Runtime.DeadLetters;

/// <summary>What became of dead letters since the start, in records.</summary>
/// <param name="Added">Kept.</param>
/// <param name="Dropped">Gone with old files, beyond the limit, without having been replayed.</param>
/// <param name="Replayed">Sent again.</param>
public readonly record struct DeadLetterCounts(long Added, long Dropped, long Replayed);
