using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.HealthCheckExtension;

/// <summary>Creates <c>health_check</c> extensions.</summary>
public sealed class HealthCheckExtensionFactory : ExtensionFactory<HealthCheckExtensionOptions>
{
    /// <inheritdoc/>
    public override string Type => "health_check";

    /// <inheritdoc/>
    public override string Summary => "Serves liveness and readiness over HTTP.";

    /// <inheritdoc/>
    protected override IExtension Create(ComponentContext context, HealthCheckExtensionOptions options) =>
        new HealthCheckExtension(context, options);
}
