using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;

namespace Sluice.Load.Commands;

/// <summary>Where something listens: an address with a port, on the command line.</summary>
internal static class EndpointOption
{
    /// <summary>Makes one whose default is a free port of the loopback.</summary>
    public static Option<IPEndPoint> Create(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 0),
        CustomParser = argument => Parse(name, argument),
    };

    private static IPEndPoint? Parse(string name, ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (IPEndPoint.TryParse(text, out var endpoint))
        {
            return endpoint;
        }

        result.AddError($"{name} is an IP address with a port, such as 127.0.0.1:4318, not '{text}'.");
        return null;
    }
}
