using Sluice.Configuration;

namespace Sluice.Components.Extensions.BasicAuthExtension;

/// <summary>The user that exporters send as.</summary>
[UnsupportedOption("aws_secrets_manager", "let the platform write the secret into a file, and give username_file and password_file")]
public sealed record ClientAuthOptions : IValidatableOptions
{
    /// <summary>The name.</summary>
    [Option("The user's name.")]
    public string? Username { get; init; }

    /// <summary>A file with the name.</summary>
    [Option("A file with the user's name, instead of username; read again when it changes.")]
    public string? UsernameFile { get; init; }

    /// <summary>The password.</summary>
    [Option("The password.")]
    public Secret? Password { get; init; }

    /// <summary>A file with the password.</summary>
    [Option("A file with the password, instead of password; read again when it changes.")]
    public string? PasswordFile { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        RequireOne(context, "username", Username is not null, UsernameFile is not null);
        RequireOne(context, "password", Password is not null, PasswordFile is not null);
        if (Username?.Contains(':', StringComparison.Ordinal) == true)
        {
            context.Error("username", "it has a colon, which ends the name in the header", "choose a user without one");
        }
    }

    private static void RequireOne(OptionsValidation context, string key, bool hasValue, bool hasFile)
    {
        if (hasValue == hasFile)
        {
            context.Error(
                hasValue ? $"{key}_file" : "",
                hasValue ? $"is given beside {key}" : $"there is no {key}",
                $"give one of {key} and {key}_file");
        }
    }
}
