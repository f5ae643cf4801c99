using System.Net;
using System.Text.Json;
using Sluice.Commands;

namespace Sluice.Search;

/// <summary>Asks the search API and prints what it finds.</summary>
internal static class SearchClient
{
    /// <summary>Searches and prints, one record per line.</summary>
    /// <param name="api">The API's address.</param>
    /// <param name="query">Its parameters.</param>
    /// <param name="output">How records are printed.</param>
    /// <param name="cancellationToken">Cuts the search off.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="SearchException">The API cannot be reached, or refuses the query.</exception>
    public static async Task<int> PrintAsync(
        Uri api, IEnumerable<KeyValuePair<string, string>> query, RecordOutput output, CancellationToken cancellationToken)
    {
        var parameters = string.Join('&', query.Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));
        using var client = new HttpClient();
        using var response = await GetAsync(client, new Uri(api, $"/api/v1/logs?{parameters}"), cancellationToken).ConfigureAwait(false);
        using var answer = await ReadAsync(response, api, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new SearchException(Explain(answer.RootElement, response.StatusCode));
        }

        foreach (var record in answer.RootElement.GetProperty("records").EnumerateArray())
        {
            Console.Out.WriteLine(output == RecordOutput.Json ? record.GetRawText() : RecordText.Format(record));
        }

        if (answer.RootElement.TryGetProperty("warnings", out var warnings))
        {
            foreach (var warning in warnings.EnumerateArray())
            {
                await Console.Error.WriteLineAsync($"warning: {warning.GetString()}").ConfigureAwait(false);
            }
        }

        return ExitCodes.Success;
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await client.GetAsync(address, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw new SearchException(
                $"No Sluice answers at {address.GetLeftPart(UriPartial.Authority)} ({exception.Message}). "
                + "Start one, name its API with --api, or read a store on disk with --data-dir.",
                exception);
        }
    }

    private static async Task<JsonDocument> ReadAsync(HttpResponseMessage response, Uri api, CancellationToken cancellationToken)
    {
        try
        {
            var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            return await JsonDocument.ParseAsync(body, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (JsonException exception)
        {
            throw new SearchException($"What answers at {api} is not the API of a Sluice (status {(int)response.StatusCode}, no JSON).", exception);
        }
    }

    private static string Explain(JsonElement answer, HttpStatusCode status)
    {
        if (!answer.TryGetProperty("error", out var error) || !error.TryGetProperty("message", out var message))
        {
            return $"The API answered with status {(int)status}: {answer.GetRawText()}";
        }

        return error.TryGetProperty("expected", out var expected) ? $"{message.GetString()!.TrimEnd('.')}; expected {expected.GetString()}" : message.GetString()!;
    }
}
