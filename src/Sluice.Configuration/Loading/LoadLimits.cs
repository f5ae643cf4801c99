namespace Sluice.Configuration;

/// <summary>What bounds the work that one load can cause, shared by all of its sources.</summary>
internal sealed class LoadLimits
{
    /// <summary>Levels of maps and lists in each other; also bounds the recursion over trees.</summary>
    public const int Depth = 100;

    /// <summary>Nodes made, copies by aliases and merge keys included: a few lines of aliases can ask for billions.</summary>
    public const int Nodes = 200_000;

    /// <summary>Placeholders resolved, those in substituted files included.</summary>
    public const int Substitutions = 10_000;

    /// <summary>Substituted files that substitute files.</summary>
    public const int FileDepth = 10;

    /// <summary>UTF-16 code units that placeholders give in all, so that a large file cannot be repeated without end.</summary>
    public const int SubstitutedText = 32 << 20;

    private int _nodes;
    private long _substitutedText;
    private int _substitutions;

    public bool TryTakeNode() => _nodes++ < Nodes;

    public bool TryTakeSubstitution() => _substitutions++ < Substitutions;

    public bool TryTakeText(string text) => (_substitutedText += text.Length) <= SubstitutedText;
}
