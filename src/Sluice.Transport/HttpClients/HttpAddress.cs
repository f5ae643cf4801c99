namespace Sluice.Transport.HttpClients;

/// <summary>Addresses of servers as configurations give them.</summary>
public static class HttpAddress
{
    /// <summary>Why a text cannot be the address of a server; null when it can.</summary>
    public static string? FindFault(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
        {
            return "is not an address of HTTP";
        }

        return address.UserInfo.Length > 0 ? "holds credentials, which belong into headers" : null;
    }

    /// <summary>A text that should be an address as it may be shown: without the query and credentials.</summary>
    public static string WithoutSecrets(string text)
    {
        var end = text.IndexOf('?', StringComparison.Ordinal);
        var shown = end < 0 ? text : text[..end];
        var at = shown.LastIndexOf('@');
        return at < 0 ? shown : "…" + shown[at..];
    }

    /// <summary>An address for messages: without the query, which may hold a key.</summary>
    public static string NameOf(Uri address) => address.GetLeftPart(UriPartial.Path);
}
