using System.Globalization;
using System.Net;

namespace Sluice.Configuration;

/// <summary>
/// An address to listen on or to connect to, written <c>localhost:4317</c>, <c>[::1]:4317</c> or <c>:4317</c> (all interfaces).
/// Port 0 stands for any free port.
/// </summary>
/// <param name="Host">A name or address without brackets; empty for all interfaces.</param>
/// <param name="Port">0 to 65535.</param>
public readonly record struct EndpointText(string Host, int Port) : IParsableOption<EndpointText>
{
    /// <inheritdoc/>
    public static string TypeName => "endpoint";

    /// <inheritdoc/>
    public static string Expected => "host:port such as localhost:4317, [::1]:4317 or :4317";

    /// <summary>Reads a constant that is known to be right.</summary>
    /// <exception cref="FormatException">It is not.</exception>
    public static EndpointText Parse(string text) =>
        TryParse(text, out var value, out var problem) ? value : throw new FormatException($"\"{text}\" is not {Expected}. {problem}");

    /// <inheritdoc/>
    public static bool TryParse(string text, out EndpointText value, out string problem)
    {
        value = default;
        if (text.Contains("://", StringComparison.Ordinal))
        {
            problem = "a URL stands where an address is expected: leave out the scheme and the path";
            return false;
        }

        var colon = text.LastIndexOf(':');
        if (colon < 0 || text.EndsWith(']'))
        {
            problem = text.Length > 0 && text.All(char.IsAsciiDigit)
                ? $"the host is missing: write localhost:{text}, or :{text} for all interfaces"
                : "the port is missing";
            return false;
        }

        var host = text[..colon];
        var port = text.AsSpan(colon + 1);
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > IPEndPoint.MaxPort)
        {
            problem = port.IsEmpty ? "the port is missing" : "the port is not a number from 0 to 65535";
            return false;
        }

        problem = HostProblem(host);
        if (problem.Length > 0)
        {
            return false;
        }

        value = new EndpointText(host.Trim('[', ']'), number);
        return true;
    }

    /// <summary>As it is written, an IPv6 address in brackets.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(Host?.Contains(':', StringComparison.Ordinal) == true ? $"[{Host}]" : Host)}:{Port}");

    private static string HostProblem(string host)
    {
        if (host.StartsWith('[') && host.EndsWith(']'))
        {
            return IPAddress.TryParse(host[1..^1], out var address) && address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6
                ? ""
                : "there is no IPv6 address in the brackets";
        }

        if (host.Contains(':', StringComparison.Ordinal))
        {
            return "an IPv6 address needs brackets";
        }

        return host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '[' or ']' or '@' or '?' or '#') ? "the host has a character that no host name has" : "";
    }
}
