using System.CommandLine;
using System.CommandLine.Parsing;
using Sluice.Search;

namespace Sluice.Commands;

/// <summary>The options of every command that asks the API.</summary>
internal static class ApiArguments
{
    private static readonly Uri DefaultApi = new("http://127.0.0.1:4320");

    public static Option<Uri> Api() => new("--api")
    {
        Description = "The API of the running Sluice to ask.",
        HelpName = "URL",
        DefaultValueFactory = _ => DefaultApi,
        CustomParser = ParseApi,
    };

    /// <summary>Runs a command against an API, and explains what goes wrong.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (SearchException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message).ConfigureAwait(false);
            return ExitCodes.Failure;
        }
    }

    private static Uri? ParseApi(ArgumentResult result)
    {
        var written = result.Tokens[0].Value;
        if (Uri.TryCreate(written, UriKind.Absolute, out var api) && (api.Scheme == Uri.UriSchemeHttp || api.Scheme == Uri.UriSchemeHttps))
        {
            return api;
        }

        result.AddError($"--api takes an address such as {DefaultApi}, not \"{written}\".");
        return null;
    }
}
