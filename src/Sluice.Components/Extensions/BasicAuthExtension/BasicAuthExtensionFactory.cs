using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.BasicAuthExtension;

/// <summary>Creates <c>basicauth</c> extensions.</summary>
public sealed class BasicAuthExtensionFactory : ExtensionFactory<BasicAuthExtensionOptions>
{
    /// <inheritdoc/>
    public override string Type => "basicauth";

    /// <inheritdoc/>
    public override string Summary => "Checks or sends a user's name and password.";

    /// <inheritdoc/>
    protected override ExtensionRoles Roles(BasicAuthExtensionOptions options) =>
        options.Htpasswd is not null ? ExtensionRoles.ServerAuthenticator : ExtensionRoles.ClientAuthenticator;

    /// <inheritdoc/>
    protected override IExtension Create(ComponentContext context, BasicAuthExtensionOptions options) =>
        options.Htpasswd is { } htpasswd ? new BasicAuthExtension(context, htpasswd) : new BasicAuthSender(context, options.ClientAuth!);
}
