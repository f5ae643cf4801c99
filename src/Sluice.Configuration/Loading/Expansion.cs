namespace Sluice.Configuration;

/// <summary>A text with its placeholders resolved.</summary>
/// <param name="Text">The result.</param>
/// <param name="IsWhole">Whether one placeholder was the whole text.</param>
/// <param name="Origin">The first placeholder in it, without its default; null when there was none.</param>
/// <param name="File">The file whose content the whole text is, if it is.</param>
internal sealed record Expansion(string Text, bool IsWhole, string? Origin, string? File);
