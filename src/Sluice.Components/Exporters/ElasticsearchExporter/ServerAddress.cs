namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>The address of a server, to which paths are added.</summary>
internal static class ServerAddress
{
    /// <summary>Why a text cannot be one; null when it can.</summary>
    public static string? FindFault(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
        {
            return "is not an address of HTTP";
        }

        if (address.UserInfo.Length > 0)
        {
            return "holds credentials, which belong into user and password";
        }

        return address.Query.Length > 0 || address.Fragment.Length > 0 ? "has a query, behind which no path can be added" : null;
    }

    /// <summary>An address as it may be shown.</summary>
    public static string WithoutSecrets(string text)
    {
        var end = text.IndexOf('?', StringComparison.Ordinal);
        var shown = end < 0 ? text : text[..end];
        var at = shown.LastIndexOf('@');
        return at < 0 ? shown : "…" + shown[at..];
    }
}
