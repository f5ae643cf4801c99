namespace Sluice.Runtime.Contracts;

/// <summary>The headers of a request, whatever its protocol. A struct around what the protocol has, so that asking costs no allocation.</summary>
/// <param name="headers">Handed to <paramref name="find"/>.</param>
/// <param name="find">Gives the value of a header by its name in any case: null when it is absent, joined by commas when it comes more than once.</param>
public readonly struct HeaderLookup(object headers, Func<object, string, string?> find)
{
    /// <summary>The value of a header; null when it is absent.</summary>
    public string? this[string name] => find(headers, name);
}
