using Sluice.Runtime.Contracts;

namespace Sluice.Components.Tests.Extensions;

/// <summary>Headers of a request of a test, whatever its protocol.</summary>
internal sealed class Headers : Dictionary<string, string>, IOutgoingHeaders
{
    public Headers()
        : base(StringComparer.OrdinalIgnoreCase)
    {
    }

    /// <summary>As an authenticator sees them.</summary>
    public HeaderLookup Lookup => new(this, static (state, name) => ((Headers)state).GetValueOrDefault(name));

    /// <summary>What the requests have in common whose records go out.</summary>
    public RequestValues Requests { get; init; } = RequestValues.None;

    RequestValues IOutgoingHeaders.Values => Requests;

    public string? Get(string name) => this.GetValueOrDefault(name);

    public void Set(string name, string value) => this[name] = value;

    void IOutgoingHeaders.Remove(string name) => Remove(name);
}
