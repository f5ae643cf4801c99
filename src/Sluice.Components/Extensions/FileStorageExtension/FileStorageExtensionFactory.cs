using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.FileStorageExtension;

/// <summary>Accepts <c>file_storage</c> extensions.</summary>
public sealed class FileStorageExtensionFactory : ReplacedExtensionFactory<FileStorageExtensionOptions>
{
    /// <inheritdoc/>
    public override string Type => "file_storage";

    /// <inheritdoc/>
    public override string Summary => "Accepted without effect: the journal keeps what must last.";
}
