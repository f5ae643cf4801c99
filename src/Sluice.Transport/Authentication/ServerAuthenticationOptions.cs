using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.Authentication;

/// <summary>Who checks senders: the Collector's <c>configauth</c>.</summary>
[UnsupportedOption("request_params", "let senders put their credentials into headers; what is in an address ends in logs")]
public sealed record ServerAuthenticationOptions
{
    /// <summary>The id of the extension.</summary>
    [Option("The id of the extension that checks senders, such as bearertokenauth.", Required = true)]
    public string Authenticator { get; init; } = "";

    /// <summary>The mention of the extension, for the graph to check.</summary>
    /// <param name="key">The key of these options, below the component.</param>
    public ExtensionReference Reference(string key) => new($"{key}::authenticator", Authenticator, ExtensionRoles.ServerAuthenticator);
}
