using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Sluice.Components.Exporters.ElasticsearchExporter;

/// <summary>The id of a deployment in Elastic Cloud: a label, a colon, and in base64 the domain, the Elasticsearch and the Kibana host, separated by dollar signs.</summary>
internal static class CloudId
{
    /// <summary>Reads the address of Elasticsearch.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out string? address)
    {
        address = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var encoded = text[(colon + 1)..];
        var bytes = new byte[encoded.Length];
        if (colon < 0 || !Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return false;
        }

        var parts = Encoding.UTF8.GetString(bytes, 0, length).Split('$');
        if (parts.Length < 2 || parts[0].Length == 0 || parts[1].Length == 0)
        {
            return false;
        }

        address = $"https://{parts[1]}.{parts[0]}";
        return Uri.TryCreate(address, UriKind.Absolute, out _);
    }
}
