using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.HeadersSetterExtension;

/// <summary>Creates <c>headers_setter</c> extensions.</summary>
public sealed class HeadersSetterExtensionFactory : ExtensionFactory<HeadersSetterExtensionOptions>
{
    /// <inheritdoc/>
    public override string Type => "headers_setter";

    /// <inheritdoc/>
    public override string Summary => "Sets headers of requests that exporters send.";

    /// <inheritdoc/>
    protected override ExtensionRoles Roles(HeadersSetterExtensionOptions options) => ExtensionRoles.ClientAuthenticator;

    /// <inheritdoc/>
    protected override IExtension Create(ComponentContext context, HeadersSetterExtensionOptions options) => new HeadersSetterExtension(options);
}
