namespace Sluice.Journal;

/// <summary>
/// How many names of each kind the log or its snapshot defines already: those with the lowest ordinals. A group that is written defines the
/// others. Copy it to be able to go back when a write fails.
/// </summary>
internal struct DefinedNames
{
    public int Topics;
    public int Tables;
    public int Counters;
    public int Consumers;
}
