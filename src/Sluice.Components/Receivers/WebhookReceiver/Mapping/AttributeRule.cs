using System.Collections.Frozen;
using System.Text;

namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>How an attribute is made.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Sources">Where its value may stand; the first that is there is taken.</param>
internal sealed record AttributeRule(string Key, params ValueSource[] Sources)
{
    /// <summary>The key in UTF-8.</summary>
    public byte[] KeyUtf8 { get; } = Encoding.UTF8.GetBytes(Key);

    /// <summary>Words of the sender and what conventions call them; null to take the value as it is. A word that is not in it gives no attribute.</summary>
    public FrozenDictionary<string, string>? Words { get; init; }

    /// <summary>Beginnings that are cut off, such as <c>refs/heads/</c>.</summary>
    public IReadOnlyList<string> Without { get; init; } = [];

    /// <summary>Whether the value is taken as it is, whatever its kind.</summary>
    public bool IsVerbatim => Words is null && Without.Count == 0;
}
