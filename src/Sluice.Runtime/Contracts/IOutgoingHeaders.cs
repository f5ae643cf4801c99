namespace Sluice.Runtime.Contracts;

/// <summary>The headers of a request that goes out, whatever its protocol. Names in any case.</summary>
public interface IOutgoingHeaders
{
    /// <summary>The value of a header; null when it is absent.</summary>
    string? Get(string name);

    /// <summary>Gives a header this one value, whatever it had.</summary>
    void Set(string name, string value);

    /// <summary>Removes a header; nothing when it is absent.</summary>
    void Remove(string name);

    /// <summary>What the requests have in common whose records go out.</summary>
    RequestValues Values { get; }
}
