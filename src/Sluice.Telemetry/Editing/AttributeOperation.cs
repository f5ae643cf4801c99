using System.Text;
using System.Text.RegularExpressions;

namespace Sluice.Telemetry.Editing;

/// <summary>One step of an <see cref="AttributeEditor"/>, made once at start. Immutable.</summary>
/// <remarks>
/// Keys are compared byte for byte. A key should occur once in a message; where it occurs more often, an operation applies to every
/// occurrence, so that a deleted or hashed value is gone in any case, and reading takes the first.
/// </remarks>
public sealed class AttributeOperation
{
    private AttributeOperation(AttributeAction action, string key)
    {
        Action = action;
        Key = Encoding.UTF8.GetBytes(key);
    }

    internal AttributeAction Action { get; }

    /// <summary>UTF-8; empty when only the pattern counts.</summary>
    internal byte[] Key { get; }

    internal AttributeSource? Source { get; private init; }

    internal Regex? Pattern { get; private init; }

    internal AnyValueKind Target { get; private init; }

    /// <summary>UTF-8 names of the groups of <see cref="Pattern"/>, by group number minus one.</summary>
    internal byte[][] Groups { get; private init; } = [];

    /// <summary>Adds an attribute where its key is absent. A source without a value does nothing.</summary>
    public static AttributeOperation Insert(string key, AttributeSource source) => new(AttributeAction.Insert, Required(key)) { Source = source };

    /// <summary>Sets an attribute where its key is present. A source without a value does nothing.</summary>
    public static AttributeOperation Update(string key, AttributeSource source) => new(AttributeAction.Update, Required(key)) { Source = source };

    /// <summary>Sets an attribute, or adds it. A source without a value does nothing.</summary>
    public static AttributeOperation Upsert(string key, AttributeSource source) => new(AttributeAction.Upsert, Required(key)) { Source = source };

    /// <summary>Takes out the attribute of <paramref name="key"/>, and those whose key matches <paramref name="pattern"/>; at least one is given.</summary>
    public static AttributeOperation Delete(string? key, Regex? pattern = null) =>
        new(AttributeAction.Delete, KeyOrPattern(key, pattern)) { Pattern = pattern };

    /// <summary>
    /// Replaces values by their SHA-256 in lower-case hexadecimal: of the text or bytes; of one byte for a bool; of the eight
    /// little-endian bytes of an int or double; of the JSON text of an array or key-value list. What is empty becomes the empty text.
    /// </summary>
    public static AttributeOperation Hash(string? key, Regex? pattern = null) =>
        new(AttributeAction.Hash, KeyOrPattern(key, pattern)) { Pattern = pattern };

    /// <summary>
    /// Where the attribute is a text that matches, sets the attribute named like each group to what the group matched, which may be empty.
    /// </summary>
    /// <exception cref="ArgumentException">The pattern has no group, or one without a name.</exception>
    public static AttributeOperation Extract(string key, Regex pattern)
    {
        if (FindGroupFault(pattern) is { } fault)
        {
            throw new ArgumentException(fault, nameof(pattern));
        }

        return new(AttributeAction.Extract, Required(key)) { Pattern = pattern, Groups = [.. GroupNames(pattern).Select(Encoding.UTF8.GetBytes)] };
    }

    /// <summary>What keeps a pattern from being one of <see cref="Extract"/>; null when nothing does.</summary>
    public static string? FindGroupFault(Regex pattern)
    {
        var names = GroupNames(pattern);
        return names.Length == 0 ? "it has no group"
            : names.Any(static name => char.IsAsciiDigit(name[0])) ? "it has a group without a name"
            : null;
    }

    /// <summary>
    /// Converts a value to <see cref="AnyValueKind.String"/>, <see cref="AnyValueKind.Int"/>, <see cref="AnyValueKind.Double"/> or
    /// <see cref="AnyValueKind.Bool"/>. A value that has no such form stays as it is.
    /// </summary>
    public static AttributeOperation Convert(string key, AnyValueKind target)
    {
        if (target is not (AnyValueKind.String or AnyValueKind.Int or AnyValueKind.Double or AnyValueKind.Bool))
        {
            throw new ArgumentOutOfRangeException(nameof(target), target, "Values are converted to text, int, double or bool only.");
        }

        return new(AttributeAction.Convert, Required(key)) { Target = target };
    }

    private static string Required(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        return key;
    }

    private static string KeyOrPattern(string? key, Regex? pattern) => pattern is null ? Required(key ?? "") : key ?? "";

    private static string[] GroupNames(Regex pattern) => pattern.GetGroupNames()[1..];
}
