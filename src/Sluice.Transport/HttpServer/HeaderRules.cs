using Sluice.Runtime.Contracts;

namespace Sluice.Transport.HttpServer;

/// <summary>What header fields may consist of (RFC 9110, 5).</summary>
public static class HeaderRules
{
    /// <summary>Whether a text is the name of a header: a <c>token</c>.</summary>
    public static bool IsName(string name) => RequestHeaderNames.IsName(name);

    /// <summary>Whether a text can be the value of a header that anybody understands: printable ASCII.</summary>
    public static bool IsValue(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Why a server could not add a header to its answers; null when it can.</summary>
    public static string? FindResponseFault(string name, string value)
    {
        if (!IsName(name))
        {
            return $"\"{name}\" is not the name of a header";
        }

        if (name.Equals("content-length", StringComparison.OrdinalIgnoreCase) || name.Equals("transfer-encoding", StringComparison.OrdinalIgnoreCase))
        {
            return $"\"{name}\" belongs to the server, which frames its answers with it";
        }

        return IsValue(value) ? null : $"the value of \"{name}\" has a character other than printable ASCII";
    }
}
