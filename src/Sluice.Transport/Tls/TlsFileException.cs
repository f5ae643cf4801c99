namespace Sluice.Transport.Tls;

/// <summary>A certificate or key cannot be used.</summary>
/// <param name="key">The configuration key that names it.</param>
/// <param name="problem">What is wrong and what would be right, without the contents.</param>
public sealed class TlsFileException(string key, string problem) : Exception($"{key}: {problem}")
{
    /// <summary>The configuration key that names it.</summary>
    public string Key { get; } = key;
}
