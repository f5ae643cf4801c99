using System.Buffers;
using Sluice.Configuration;

namespace Sluice.Runtime.Contracts;

/// <summary>Names of headers of incoming requests.</summary>
public static class RequestHeaderNames
{
    private static readonly SearchValues<char> Characters =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>The headers that are never kept with records, in lower case: credentials.</summary>
    public static IReadOnlyList<string> Credentials { get; } = ["authorization", "proxy-authorization", "cookie"];

    /// <summary>Whether a text is the name of a header: a <c>token</c> (RFC 9110, 5.6.2).</summary>
    public static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(Characters);

    /// <summary>Reports a name that no header kept with records can have.</summary>
    /// <param name="name">The name.</param>
    /// <param name="key">The option that has it.</param>
    /// <param name="context">Gets the error.</param>
    public static void Validate(string name, string key, OptionsValidation context)
    {
        if (!IsName(name))
        {
            context.Error(key, $"\"{name}\" is not the name of a header", "write a name such as X-Scope-OrgID");
        }
        else if (Credentials.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            context.Error(key, $"\"{name}\" is a credential, which is not kept with records", "name another header; who the sender is, from_attribute: subject of headers_setter tells");
        }
    }
}
