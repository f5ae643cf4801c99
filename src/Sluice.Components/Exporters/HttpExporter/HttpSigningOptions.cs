using Sluice.Components.Exporters.HttpExporter.Signing;
using Sluice.Configuration;

namespace Sluice.Components.Exporters.HttpExporter;

/// <summary>How requests are signed, as Standard Webhooks 1.0 describes it.</summary>
public sealed record HttpSigningOptions : IValidatableOptions
{
    /// <summary>Live secrets.</summary>
    [Option("Secrets that every request is signed with, each in base64 with or without whsec_ before it; several while one is changed for another.")]
    public IReadOnlyList<Secret> Secrets { get; init; } = [];

    /// <summary>A file with secrets.</summary>
    [Option("A file with secrets, one a line, instead of secrets; read again when it changes.")]
    public string? SecretsFile { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Secrets.Count > 0 == SecretsFile is not null && !context.IsFaulty("secrets"))
        {
            context.Error(
                Secrets.Count > 0 ? "secrets_file" : "secrets",
                Secrets.Count > 0 ? "is given beside secrets" : "there is no secret to sign with",
                Secrets.Count > 0 ? "keep one of them" : "give secrets or secrets_file");
        }

        if (Secrets.Count > 0 && SigningKeys.FindFault([.. Secrets.Select(secret => secret.Reveal())]) is { } fault)
        {
            context.Error("secrets", fault, "write whsec_ and 24 to 64 random bytes in base64");
        }
    }
}
