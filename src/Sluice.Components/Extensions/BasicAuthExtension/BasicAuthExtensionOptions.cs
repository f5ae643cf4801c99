using Sluice.Configuration;

namespace Sluice.Components.Extensions.BasicAuthExtension;

/// <summary>Options of the <c>basicauth</c> extension.</summary>
public sealed record BasicAuthExtensionOptions : IValidatableOptions
{
    /// <summary>Users who may send; null when it checks nobody.</summary>
    [Option("Users who may send, for receivers.")]
    public HtpasswdOptions? Htpasswd { get; init; }

    /// <summary>Who exporters are; null when it sends nothing.</summary>
    [Option("The user that exporters send as.")]
    public ClientAuthOptions? ClientAuth { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Htpasswd is null == ClientAuth is null)
        {
            context.Error(
                Htpasswd is null ? "" : "client_auth",
                Htpasswd is null ? "it neither checks nor sends anybody" : "is given beside htpasswd",
                "give htpasswd for receivers, or client_auth for exporters, each in an extension of its own");
        }
    }
}
