namespace Sluice.Journal;

/// <summary>A durable 64-bit sum, changed only by committed groups.</summary>
public sealed class JournalCounter
{
    private long _value;

    internal JournalCounter(string name, int ordinal)
    {
        Name = name;
        Ordinal = ordinal;
    }

    /// <summary>The name it was opened with.</summary>
    public string Name { get; }

    /// <summary>The sum of all committed deltas.</summary>
    public long Value => Interlocked.Read(ref _value);

    internal int Ordinal { get; }

    internal void Apply(long delta) => Interlocked.Add(ref _value, delta);
}
