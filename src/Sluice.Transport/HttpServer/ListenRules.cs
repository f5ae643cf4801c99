using Sluice.Configuration;

namespace Sluice.Transport.HttpServer;

/// <summary>Rules that the options of all servers share.</summary>
public static class ListenRules
{
    /// <summary>Reports an endpoint that is not of its kind of socket.</summary>
    public static void Check(ListenEndpoint endpoint, SocketKind transport, OptionsValidation context)
    {
        if (transport == SocketKind.Unix && endpoint.Path is null)
        {
            context.Error("endpoint", $"\"{endpoint}\" is not a path, and transport is unix", "write the path of the socket with a slash, such as /run/sluice.sock");
        }
        else if (transport == SocketKind.Tcp && endpoint.Path is not null)
        {
            context.Error("endpoint", $"\"{endpoint}\" is a path, and transport is tcp", "write host:port such as localhost:4317, or transport: unix");
        }
    }
}
