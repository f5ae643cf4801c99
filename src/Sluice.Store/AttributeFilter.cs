namespace Sluice.Store;

/// <summary>
/// Asks for an attribute of the record or of its resource by exact equality. Numbers and truth values are compared by their text as JSON
/// has it; <c>2</c> also finds the double <c>2.0</c>.
/// </summary>
/// <param name="Key">The key, as it is.</param>
/// <param name="Value">The text of the value.</param>
public sealed record AttributeFilter(string Key, string Value);
