using Sluice.Telemetry;

namespace Sluice.Components.Exporters.OtlpHttpExporter;

/// <summary>Where requests of each signal go.</summary>
internal sealed class OtlpHttpTargets
{
    private readonly Uri?[] _addresses;
    private readonly string[] _names;

    /// <summary>Composes the addresses from options that are valid.</summary>
    public OtlpHttpTargets(OtlpHttpExporterOptions options)
    {
        _addresses =
        [
            Compose(options.LogsEndpoint, options.Endpoint, "logs"),
            Compose(options.TracesEndpoint, options.Endpoint, "traces"),
            Compose(options.MetricsEndpoint, options.Endpoint, "metrics"),
        ];
        _names = [.. _addresses.Select(address => address is null ? "" : address.GetLeftPart(UriPartial.Path))];
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Uri> All => _addresses.OfType<Uri>();

    /// <summary>The address of a signal; null when the configuration gives none.</summary>
    public Uri? this[Signal signal] => _addresses[IndexOf(signal)];

    /// <summary>The address for messages: without the query, which may hold a key.</summary>
    public string NameOf(Signal signal) => _names[IndexOf(signal)];

    /// <summary>Why an address cannot be one; null when it can.</summary>
    public static string? FindFault(string text, bool isBase)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.Host.Length == 0)
        {
            return "is not an address of HTTP";
        }

        if (address.UserInfo.Length > 0)
        {
            return "holds credentials, which belong into headers";
        }

        return isBase && address.Query.Length > 0 ? "has a query, behind which no path can be added: give an endpoint for each signal" : null;
    }

    /// <summary>An address as it may be shown.</summary>
    public static string WithoutSecrets(string text)
    {
        var end = text.IndexOf('?', StringComparison.Ordinal);
        var shown = end < 0 ? text : text[..end];
        var at = shown.LastIndexOf('@');
        return at < 0 ? shown : "…" + shown[at..];
    }

    private static int IndexOf(Signal signal) => signal switch { Signal.Logs => 0, Signal.Traces => 1, _ => 2 };

    private static Uri? Compose(string? own, string? server, string signal)
    {
        if (!string.IsNullOrEmpty(own))
        {
            return new Uri(own);
        }

        return string.IsNullOrEmpty(server) ? null : new Uri($"{server.TrimEnd('/')}/v1/{signal}");
    }
}
