using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.ZpagesExtension;

/// <summary>Accepts <c>zpages</c> extensions.</summary>
public sealed class ZpagesExtensionFactory : ReplacedExtensionFactory<ZpagesExtensionOptions>
{
    /// <inheritdoc/>
    public override string Type => "zpages";

    /// <inheritdoc/>
    public override string Summary => "Accepted without effect: the API shows what runs.";
}
