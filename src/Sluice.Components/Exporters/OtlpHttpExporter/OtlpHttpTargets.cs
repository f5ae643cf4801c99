using Sluice.Telemetry;
using Sluice.Transport.HttpClients;

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
        _names = [.. _addresses.Select(address => address is null ? "" : HttpAddress.NameOf(address))];
    }

    /// <summary>All of them.</summary>
    public IEnumerable<Uri> All => _addresses.OfType<Uri>();

    /// <summary>The address of a signal; null when the configuration gives none.</summary>
    public Uri? this[Signal signal] => _addresses[IndexOf(signal)];

    /// <summary>The address for messages: without the query, which may hold a key.</summary>
    public string NameOf(Signal signal) => _names[IndexOf(signal)];

    /// <summary>Why an address cannot be one; null when it can.</summary>
    public static string? FindFault(string text, bool isBase) => HttpAddress.FindFault(text)
        ?? (isBase && new Uri(text).Query.Length > 0 ? "has a query, behind which no path can be added: give an endpoint for each signal" : null);

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
