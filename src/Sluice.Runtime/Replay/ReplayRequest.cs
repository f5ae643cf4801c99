using Sluice.Runtime.DeadLetters;

namespace Sluice.Runtime.Replay;

/// <summary>A replay of what the journal holds.</summary>
/// <param name="Exporter">The exporter that gets its pipelines' records again.</param>
/// <param name="SinceUnixNano">Those received at this time or later, in nanoseconds since 1970.</param>
/// <param name="UntilUnixNano">Those received before this time; null: no limit but that of the request: what is committed later is never replayed.</param>
public sealed record ReplayRequest(string Exporter, long SinceUnixNano, long? UntilUnixNano);

/// <summary>A replay of dead letters.</summary>
/// <param name="Filter">Which.</param>
/// <param name="To">The exporter that gets them; null: each the one that gave it up.</param>
public sealed record DeadLetterReplayRequest(DeadLetterFilter Filter, string? To);

/// <summary>A replay as it is shown.</summary>
/// <param name="Job">What is kept of it.</param>
/// <param name="WaitingFor">Why it does not append at the moment; null when it does, or has ended.</param>
/// <param name="PendingRecords">Replayed records that its exporters have not settled, those of other replays included.</param>
public sealed record ReplayStatus(ReplayJob Job, string? WaitingFor, long PendingRecords);
