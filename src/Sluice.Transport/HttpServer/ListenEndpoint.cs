using Sluice.Configuration;

namespace Sluice.Transport.HttpServer;

/// <summary>Where a server listens: an address and port, or the path of a Unix domain socket, which is told by its slash.</summary>
/// <param name="Address">The address; meaningless with a path.</param>
/// <param name="Path">The path of the socket; null for an address.</param>
public readonly record struct ListenEndpoint(EndpointText Address, string? Path) : IParsableOption<ListenEndpoint>
{
    /// <inheritdoc/>
    public static string TypeName => EndpointText.TypeName;

    /// <inheritdoc/>
    public static string Expected => EndpointText.Expected + ", or with transport: unix a path such as /run/sluice.sock";

    /// <summary>An address is an endpoint.</summary>
    public static implicit operator ListenEndpoint(EndpointText address) => new(address, null);

    /// <inheritdoc/>
    public static bool TryParse(string text, out ListenEndpoint value, out string problem)
    {
        if (text.Contains('/', StringComparison.Ordinal) && !text.Contains("://", StringComparison.Ordinal))
        {
            value = new ListenEndpoint(default, text);
            problem = "";
            return true;
        }

        var isAddress = EndpointText.TryParse(text, out var address, out problem);
        value = address;
        return isAddress;
    }

    /// <summary>As it is written.</summary>
    public override string ToString() => Path ?? Address.ToString();
}
