using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Transport.Authentication;

/// <summary>Who adds credentials to what goes out: the Collector's <c>configauth</c> of clients.</summary>
public sealed record ClientAuthenticationOptions
{
    /// <summary>The id of the extension.</summary>
    [Option("The id of the extension that adds credentials or headers, such as bearertokenauth, basicauth or headers_setter.", Required = true)]
    public string Authenticator { get; init; } = "";

    /// <summary>The mention of the extension, for the graph to check.</summary>
    /// <param name="key">The key of these options, below the component.</param>
    public ExtensionReference Reference(string key) => new($"{key}::authenticator", Authenticator, ExtensionRoles.ClientAuthenticator);
}
