using System.Net;
using System.Text;
using System.Text.Json;

namespace Sluice.Search;

/// <summary>Requests to the API of a Sluice, with errors that say what to do.</summary>
internal sealed class ApiConnection(Uri api) : IDisposable
{
    private readonly HttpClient _client = new();

    /// <summary>Asks for a page.</summary>
    /// <exception cref="SearchException">Nobody answers, or the answer is an error.</exception>
    public Task<JsonDocument> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Sends a request, with a JSON body if there is one.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">Path and query below <c>/api/v1/</c>.</param>
    /// <param name="body">JSON, or null.</param>
    /// <param name="cancellationToken">Cuts it off.</param>
    /// <exception cref="SearchException">Nobody answers, or the answer is an error.</exception>
    public async Task<JsonDocument> SendAsync(HttpMethod method, string path, string? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(api, $"/api/v1/{path}"));
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await SendAsync(request, cancellationToken).ConfigureAwait(false);
        var answer = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted)
        {
            return answer;
        }

        using (answer)
        {
            throw new SearchException(Explain(answer.RootElement, response.StatusCode));
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>A query string of what is given.</summary>
    public static string Query(IEnumerable<KeyValuePair<string, string>> parameters) =>
        string.Join('&', parameters.Select(parameter => $"{parameter.Key}={Uri.EscapeDataString(parameter.Value)}"));

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException exception)
        {
            throw new SearchException(
                $"No Sluice answers at {api.GetLeftPart(UriPartial.Authority)} ({exception.Message}). "
                + "Start one, name its API with --api, or read files on disk with --data-dir where there is that option.",
                exception);
        }
    }

    private async Task<JsonDocument> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
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
