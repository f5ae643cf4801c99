namespace Sluice.Load.Sending;

/// <summary>Numbers the records of a run. Thread-safe.</summary>
internal sealed class LoadSequence
{
    private long _next;

    /// <summary>Takes successive numbers.</summary>
    /// <returns>The first of them.</returns>
    public long Take(int count) => Interlocked.Add(ref _next, count) - count;
}
