using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Sluice.Setup;

namespace Sluice.Commands;

/// <summary><c>sluice setup</c>: prepares destinations for what exporters send them.</summary>
internal static partial class SetupCommand
{
    private const string ApiKeyVariable = "ELASTICSEARCH_API_KEY";
    private const string PasswordVariable = "ELASTICSEARCH_PASSWORD";

    private static readonly Uri DefaultEndpoint = new("http://127.0.0.1:9200");

    public static Command Create() => new("setup", "Prepares destinations for what exporters send them.") { Elasticsearch() };

    private static Command Elasticsearch()
    {
        var endpoint = new Option<Uri>("--endpoint")
        {
            Description = "The address of Elasticsearch or OpenSearch.",
            HelpName = "URL",
            DefaultValueFactory = _ => DefaultEndpoint,
            CustomParser = ParseEndpoint,
        };
        var user = new Option<string?>("--user") { Description = $"Who asks; the password is in the environment variable {PasswordVariable}, or an API key in {ApiKeyVariable}.", HelpName = "NAME" };
        var authorities = new Option<string?>("--ca-file") { Description = "A PEM file with the authorities that its certificate comes from.", HelpName = "FILE" };
        var mode = new Option<string>("--mode") { Description = "The mode of the exporter: otel, ecs, or all for both.", DefaultValueFactory = _ => "otel" };
        mode.AcceptOnlyFromAmong("otel", "ecs", "all");
        var retention = new Option<string>("--retention") { Description = "How long documents are kept at least, in days or hours.", HelpName = "30d", DefaultValueFactory = _ => "30d" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Says what it would change, and changes nothing." };
        var command = new Command("elasticsearch", "Sets up index templates, mappings and lifecycle in Elasticsearch or OpenSearch. Changes only what it made itself; may be repeated.")
        {
            endpoint, user, authorities, mode, retention, dryRun,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(retention) is { } written && !Age().IsMatch(written))
            {
                result.AddError($"--retention takes days or hours such as 30d or 12h, not \"{written}\".");
            }
        });
        command.SetAction(async (result, cancellationToken) =>
        {
            try
            {
                using var connection = new ElasticsearchConnection(result.GetRequiredValue(endpoint), Authorization(result.GetValue(user)), result.GetValue(authorities));
                string[] modes = result.GetRequiredValue(mode) == "all" ? ["otel", "ecs"] : [result.GetRequiredValue(mode)];
                await ElasticsearchSetup.RunAsync(connection, modes, result.GetRequiredValue(retention), result.GetValue(dryRun), Console.Out, cancellationToken).ConfigureAwait(false);
                return ExitCodes.Success;
            }
            catch (SetupException exception)
            {
                await Console.Error.WriteLineAsync($"Elasticsearch cannot be set up: {exception.Message}").ConfigureAwait(false);
                return ExitCodes.Failure;
            }
        });
        return command;
    }

    /// <summary>Secrets come from the environment: arguments are seen by everybody on the machine.</summary>
    private static AuthenticationHeaderValue? Authorization(string? user)
    {
        if (user is not null)
        {
            var password = Environment.GetEnvironmentVariable(PasswordVariable);
            return string.IsNullOrEmpty(password)
                ? throw new SetupException($"--user needs the password in the environment variable {PasswordVariable}")
                : new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
        }

        return Environment.GetEnvironmentVariable(ApiKeyVariable) is { Length: > 0 } key ? new AuthenticationHeaderValue("ApiKey", key) : null;
    }

    private static Uri? ParseEndpoint(ArgumentResult result)
    {
        var written = result.Tokens[0].Value;
        if (Uri.TryCreate(written, UriKind.Absolute, out var endpoint) && (endpoint.Scheme == Uri.UriSchemeHttp || endpoint.Scheme == Uri.UriSchemeHttps))
        {
            return endpoint;
        }

        result.AddError($"--endpoint takes an address such as {DefaultEndpoint}, not \"{written}\".");
        return null;
    }

    [GeneratedRegex("^[1-9][0-9]{0,5}[dh]$", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Age();
}
