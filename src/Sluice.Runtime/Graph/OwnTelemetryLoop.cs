using System.Net;
using System.Net.NetworkInformation;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>
/// Refuses own telemetry that would be sent to a receiver of this instance: taking it in would make more of it. A name that leads back here by
/// way of DNS or another process cannot be seen from the configuration.
/// </summary>
internal static class OwnTelemetryLoop
{
    /// <summary>Reports every exporter of own telemetry whose endpoint is one of the receivers'.</summary>
    /// <param name="telemetry">Where own telemetry goes.</param>
    /// <param name="components">The components that are used.</param>
    /// <param name="service">What <c>service</c> was bound from, for places.</param>
    /// <param name="bag">Gets the errors.</param>
    public static void Check(TelemetryOptions telemetry, IEnumerable<ComponentModel> components, ConfigNode? service, DiagnosticBag bag)
    {
        var listeners = components.Where(component => component.Options is IListener)
            .SelectMany(component => ((IListener)component.Options).Listens.Select(endpoint => (component.Id, endpoint)))
            .ToList();
        foreach (var (key, otlp) in telemetry.Exporters())
        {
            foreach (var (receiver, endpoint) in listeners)
            {
                if (otlp.Target is { } target && Meets(target, endpoint))
                {
                    var path = $"service::telemetry::{key}";
                    bag.Error(
                        Find(service, path)?.Position,
                        path,
                        $"is the endpoint {endpoint} of this instance's receiver {receiver}, so that own telemetry would make more of itself",
                        "send it to another instance or backend");
                    break;
                }
            }
        }
    }

    private static bool Meets(Uri target, EndpointText listener)
    {
        if (target.Port != listener.Port)
        {
            return false;
        }

        var host = target.Host.Trim('[', ']');
        return string.Equals(host, listener.Host, StringComparison.OrdinalIgnoreCase)
            || (IsLoopback(host) && (IsLoopback(listener.Host) || IsWildcard(listener.Host)))
            || (IsWildcard(listener.Host) && IsOfThisHost(host));
    }

    private static bool IsLoopback(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || IsWildcard(host)
        || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static bool IsWildcard(string host) =>
        host.Length == 0 || (IPAddress.TryParse(host, out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)));

    private static bool IsOfThisHost(string host) =>
        string.Equals(host, Environment.MachineName, StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host, out var address)
            && NetworkInterface.GetAllNetworkInterfaces().Any(card => card.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address))));

    private static ConfigNode? Find(ConfigNode? node, string path)
    {
        if (node is null || node.Path == path)
        {
            return node;
        }

        var children = node switch
        {
            ConfigMap map => map.Entries.Select(entry => entry.Value),
            ConfigList list => list.Items,
            _ => [],
        };
        return children.Select(child => Find(child, path)).FirstOrDefault(found => found is not null);
    }
}
