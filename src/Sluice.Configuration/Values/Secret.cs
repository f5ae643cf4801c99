using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;

namespace Sluice.Configuration;

/// <summary>
/// Confidential text. It prints as <c>[redacted]</c> wherever it is formatted, shown in a debugger or serialized to JSON;
/// the text itself is had only from <see cref="Reveal"/>. A class, so that no default instance without text exists.
/// </summary>
[DebuggerDisplay(Redacted)]
[JsonConverter(typeof(SecretJsonConverter))]
public sealed class Secret : IEquatable<Secret>
{
    /// <summary>What is shown instead of the text.</summary>
    public const string Redacted = "[redacted]";

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly string _text;

    /// <summary>Wraps a text.</summary>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public Secret(string text)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        _text = text;
    }

    /// <summary>The text. Call it where the secret is used, and do not keep the result.</summary>
    public string Reveal() => _text;

    /// <summary>Always <see cref="Redacted"/>.</summary>
    public override string ToString() => Redacted;

    /// <summary>Compares the texts in time that depends on their length only.</summary>
    public bool Equals(Secret? other) =>
        other is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(_text), Encoding.UTF8.GetBytes(other._text));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Secret);

    /// <summary>Of the runtime's seeded hash, so that it tells nothing outside the process.</summary>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);
}
