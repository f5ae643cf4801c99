using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Transport.Tls;

namespace Sluice.Setup;

/// <summary>Talks to the API that is set up.</summary>
internal sealed class ElasticsearchConnection : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>Prepares it; nothing is sent yet.</summary>
    /// <param name="endpoint">Where it is.</param>
    /// <param name="authorization">What proves who asks; null for nothing.</param>
    /// <param name="certificateAuthorities">A PEM file with the authorities to trust; null for those of the system.</param>
    /// <exception cref="SetupException">The file cannot be used.</exception>
    public ElasticsearchConnection(Uri endpoint, AuthenticationHeaderValue? authorization, string? certificateAuthorities)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        try
        {
            handler.SslOptions = new TlsClient(new TlsClientOptions { CaFile = certificateAuthorities }, TimeProvider.System, NullLogger.Instance).CreateOptions(endpoint.Host, null);
        }
        catch (TlsFileException exception)
        {
            handler.Dispose();
            throw new SetupException($"--ca-file: {exception.Message}", exception);
        }

        _http = new HttpClient(handler) { BaseAddress = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + "/"), Timeout = TimeSpan.FromSeconds(30) };
        _http.DefaultRequestHeaders.Authorization = authorization;
    }

    /// <summary>Asks for something.</summary>
    /// <returns>Null when it is not there.</returns>
    public Task<JsonObject?> GetAsync(string path, CancellationToken cancellationToken) => SendAsync(HttpMethod.Get, path, null, cancellationToken);

    /// <summary>Puts something there.</summary>
    public async Task PutAsync(string path, JsonObject body, CancellationToken cancellationToken)
    {
        if (await SendAsync(HttpMethod.Put, path, body, cancellationToken).ConfigureAwait(false) is null)
        {
            throw new SetupException($"PUT /{path}: there is no such call");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<JsonObject?> SendAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        try
        {
            using var response = await _http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }

            var text = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                throw new SetupException($"{method} /{path} was refused with {(int)response.StatusCode}: {ReasonOf(text)}");
            }

            return JsonNode.Parse(text) as JsonObject ?? throw new SetupException($"{method} /{path} was not answered with a JSON object");
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            throw new SetupException($"{_http.BaseAddress} cannot be reached: {exception.Message}; --endpoint names another address", exception);
        }
        catch (JsonException exception)
        {
            throw new SetupException($"{method} /{path} was not answered in JSON: is {_http.BaseAddress} Elasticsearch?", exception);
        }
    }

    private static string ReasonOf(string text)
    {
        try
        {
            return (string?)JsonNode.Parse(text)?["error"]?["reason"] ?? text;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return text;
        }
    }
}
