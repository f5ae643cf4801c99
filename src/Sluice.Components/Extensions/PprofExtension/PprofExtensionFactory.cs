using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.PprofExtension;

/// <summary>Accepts <c>pprof</c> extensions.</summary>
public sealed class PprofExtensionFactory : ReplacedExtensionFactory<PprofExtensionOptions>
{
    /// <inheritdoc/>
    public override string Type => "pprof";

    /// <inheritdoc/>
    public override string Summary => "Accepted without effect: the tools of .NET profile the process.";
}
