using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.HttpServer;

/// <summary>What header fields may consist of (RFC 9110, 5).</summary>
public static class HeaderRules
{
    /// <summary>Whether a text is the name of a header: a <c>token</c>.</summary>
    public static bool IsName(string name) => RequestHeaderNames.IsName(name);

    /// <summary>Whether a text can be the value of a header that anybody understands: printable ASCII.</summary>
    public static bool IsValue(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    /// <summary>Reports headers that a server could not add to its answers.</summary>
    /// <param name="headers">What <c>response_headers</c> says.</param>
    /// <param name="context">Where faults are reported.</param>
    public static void CheckResponse(IReadOnlyDictionary<string, string> headers, OptionsValidation context)
    {
        foreach (var (name, value) in headers)
        {
            if (FindResponseFault(name, value) is { } fault)
            {
                context.Error("response_headers", fault, "write a header such as X-Served-By: sluice");
            }
        }
    }

    private static string? FindResponseFault(string name, string value)
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
