using System.Net;
using System.Net.Sockets;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.HttpServer;

/// <summary>What an endpoint's host means to the server.</summary>
/// <param name="Kind">Which of the server's ways to bind it takes.</param>
/// <param name="Address">The address, when <paramref name="Kind"/> is <see cref="ListenKind.Address"/>.</param>
/// <param name="Port">The port; meaningless for a path.</param>
/// <param name="Path">The full path, when <paramref name="Kind"/> is <see cref="ListenKind.Unix"/>.</param>
internal readonly record struct ListenAddress(ListenKind Kind, IPAddress Address, int Port, string Path = "")
{
    /// <summary>Finds out; a name is looked up, and of its addresses the first IPv4 one is taken, as the Collector does.</summary>
    /// <exception cref="ComponentStartException">The name has no address, or the path is taken.</exception>
    public static async ValueTask<ListenAddress> ResolveAsync(HttpHostOptions options, CancellationToken cancellationToken)
    {
        if (options.Endpoint.Path is { } path)
        {
            path = System.IO.Path.GetFullPath(path);
            await UnixSocketFile.ClearAsync(options.ConfigurationKey, path, cancellationToken);
            return new ListenAddress(ListenKind.Unix, IPAddress.None, 0, path);
        }

        var (host, port) = options.Endpoint.Address;
        if (string.IsNullOrEmpty(host))
        {
            return new ListenAddress(ListenKind.Any, IPAddress.IPv6Any, port);
        }

        if (IPAddress.TryParse(host, out var address))
        {
            return new ListenAddress(ListenKind.Address, address, port);
        }

        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
        {
            // Two sockets cannot agree on one free port, so that a chosen port is on the IPv4 loopback only.
            return new ListenAddress(port == 0 ? ListenKind.Address : ListenKind.Loopbacks, IPAddress.Loopback, port);
        }

        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
            return new ListenAddress(
                ListenKind.Address,
                addresses.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0],
                port);
        }
        catch (SocketException e)
        {
            throw new ComponentStartException(
                $"{options.ConfigurationKey}: the host name {host} cannot be resolved ({e.Message}); give an address of this machine, such as 0.0.0.0 or 127.0.0.1", e);
        }
    }
}
