using Sluice.Configuration;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Extensions.BearerTokenAuthExtension;

/// <summary>Options of the <c>bearertokenauth</c> extension.</summary>
public sealed record BearerTokenAuthExtensionOptions : IValidatableOptions
{
    /// <summary>The header.</summary>
    [Option("The header that carries the token, such as X-API-Key for an API key.")]
    public string Header { get; init; } = "Authorization";

    /// <summary>What stands before the token.</summary>
    [Option("What stands before the token, with a space between; \"\" for nothing, as API keys have it.")]
    public string Scheme { get; init; } = "Bearer";

    /// <summary>The token.</summary>
    [Option("The token.")]
    public Secret? Token { get; init; }

    /// <summary>Tokens.</summary>
    [Option("Tokens that are all accepted; the first is the one that is sent.")]
    public IReadOnlyList<Secret> Tokens { get; init; } = [];

    /// <summary>A file with tokens.</summary>
    [Option("A file with tokens, one a line, instead of token and tokens; read again when it changes.")]
    public string? Filename { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (!HeaderRules.IsName(Header))
        {
            context.Error("header", $"\"{Header}\" is not the name of a header", "write a name such as Authorization or X-API-Key");
        }

        if (Scheme.Length > 0 && !HeaderRules.IsName(Scheme))
        {
            context.Error("scheme", $"\"{Scheme}\" is not a scheme", "write a word such as Bearer, or \"\" for none");
        }

        string[] given = [.. Given()];
        if (given.Length == 0)
        {
            context.Error("", "there is no token", "give token, tokens or filename");
        }
        else if (given.Length > 1)
        {
            context.Error(given[1], $"is given beside {given[0]}", "keep one of token, tokens and filename");
        }

        if (Token is { } token && !HeaderRules.IsValue(token.Reveal()))
        {
            context.Error("token", "it has a character that no header can carry", "use printable ASCII without line breaks");
        }

        if (Tokens.Any(candidate => !HeaderRules.IsValue(candidate.Reveal())))
        {
            context.Error("tokens", "one has a character that no header can carry", "use printable ASCII without line breaks");
        }
    }

    private IEnumerable<string> Given()
    {
        if (Token is not null)
        {
            yield return "token";
        }

        if (Tokens.Count > 0)
        {
            yield return "tokens";
        }

        if (Filename is not null)
        {
            yield return "filename";
        }
    }
}
