namespace Sluice.Journal;

/// <summary>The time of a look, which stands still during it: ages add up, and what the look itself dates is known by it.</summary>
internal sealed class StandingClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
