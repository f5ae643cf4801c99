using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.BearerTokenAuthExtension;

/// <summary>Creates <c>bearertokenauth</c> extensions.</summary>
public sealed class BearerTokenAuthExtensionFactory : ExtensionFactory<BearerTokenAuthExtensionOptions>
{
    /// <inheritdoc/>
    public override string Type => "bearertokenauth";

    /// <inheritdoc/>
    public override string Summary => "Checks or sends a bearer token or an API key.";

    /// <inheritdoc/>
    protected override ExtensionRoles Roles(BearerTokenAuthExtensionOptions options) =>
        ExtensionRoles.ServerAuthenticator | ExtensionRoles.ClientAuthenticator;

    /// <inheritdoc/>
    protected override IExtension Create(ComponentContext context, BearerTokenAuthExtensionOptions options) =>
        new BearerTokenAuthExtension(context, options);
}
