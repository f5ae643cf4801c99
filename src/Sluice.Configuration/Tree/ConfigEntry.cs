namespace Sluice.Configuration;

/// <summary>A key of a map, where the key was written, and its value.</summary>
public sealed record ConfigEntry(string Key, SourcePosition KeyPosition, ConfigNode Value);
