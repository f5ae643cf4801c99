using System.Net;

namespace Sluice.Transport.HttpClients;

/// <summary>The proxy that the environment names, never for this machine itself: as programs in Go take it.</summary>
internal sealed class EnvironmentProxy : IWebProxy
{
    private readonly IWebProxy _system = HttpClient.DefaultProxy;

    public ICredentials? Credentials
    {
        get => _system.Credentials;
        set => _system.Credentials = value;
    }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : _system.GetProxy(destination);

    public bool IsBypassed(Uri host) => host.IsLoopback || _system.IsBypassed(host) || _system.GetProxy(host) is null;
}
