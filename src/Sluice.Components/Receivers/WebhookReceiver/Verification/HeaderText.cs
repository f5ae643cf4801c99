using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>Headers that decide whether a request is believed. One that is sent twice is not: which of them a sender meant cannot be told.</summary>
internal static class HeaderText
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <summary>The value of a header; null when it is absent, or there several times.</summary>
    /// <param name="headers">The headers.</param>
    /// <param name="name">Its name.</param>
    /// <param name="isList">Whether it is a list in commas, which may be sent in several headers (RFC 9110, 5.3).</param>
    public static string? Read(IHeaderDictionary headers, string name, bool isList = false)
    {
        var values = headers[name];
        return values.Count == 1 ? values[0] : isList && values.Count > 1 ? values.ToString() : null;
    }

    /// <summary>The token of a bearer (RFC 6750), or name and password joined by a colon (RFC 7617); null for anything else.</summary>
    public static string? CredentialOf(string? authorization)
    {
        if (authorization is null)
        {
            return null;
        }

        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
        {
            return authorization[Bearer.Length..].Trim();
        }

        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var encoded = authorization.AsSpan(Basic.Length).Trim();
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64Chars(encoded, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
