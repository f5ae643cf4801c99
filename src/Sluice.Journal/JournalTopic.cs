namespace Sluice.Journal;

/// <summary>One stream of entries inside a journal. Handles belong to the journal that made them.</summary>
public sealed class JournalTopic
{
    internal JournalTopic(string name, int ordinal)
    {
        Name = name;
        Ordinal = ordinal;
    }

    /// <summary>The name it was opened with.</summary>
    public string Name { get; }

    /// <summary>A small index, stable while the journal is open.</summary>
    public int Ordinal { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
