using Sluice.Configuration;

namespace Sluice.Components.Extensions.BasicAuthExtension;

/// <summary>Where users and passwords stand.</summary>
public sealed record HtpasswdOptions : IValidatableOptions
{
    /// <summary>A file.</summary>
    [Option("An htpasswd file; read again when it changes.")]
    public string? File { get; init; }

    /// <summary>The lines themselves.</summary>
    [Option("Lines of an htpasswd file; a user here replaces one of the same name in the file.")]
    public Secret? Inline { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (File is null && Inline is null)
        {
            context.Error("", "there are no users", "give file or inline");
        }
    }
}
