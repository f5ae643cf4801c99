using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Configuration;
using Sluice.Runtime.Graph;
using Sluice.Store.Tests.Support;

namespace Sluice.Api.Tests.Support;

/// <summary>The API on a real socket, over a store with records.</summary>
public sealed class ApiFixture : IAsyncDisposable
{
    private readonly ApiServer _server;

    private ApiFixture(StoreFixture store, ApiServer server, FakeReplays replays)
    {
        Replays = replays;
        Store = store;
        _server = server;
        Client = new HttpClient { BaseAddress = new Uri($"http://{server.Endpoint.Address}/api/v1/") };
    }

    public StoreFixture Store { get; }

    public HttpClient Client { get; }

    public FakeReplays Replays { get; }

    public string DeadLetterDirectory => Path.Combine(Store.Directory.Path, "dead-letters");

    public string Address => _server.Endpoint.Address;

    public static async Task<ApiFixture> StartAsync(bool hasStore = true, ApiOptions? limits = null, FakeStatus? status = null)
    {
        var store = new StoreFixture();
        var options = (limits ?? new ApiOptions()) with { Endpoint = EndpointText.Parse("127.0.0.1:0") };
        var replays = new FakeReplays();
        var sources = new ApiSources
        {
            StoreDirectory = hasStore ? store.Directory.Path : null,
            DeadLetterDirectory = Path.Combine(store.Directory.Path, "dead-letters"),
            Status = status ?? new FakeStatus(),
            Replays = replays,
        };
        var server = await ApiServer.StartAsync(options, sources, store.Time, NullLogger.Instance, CancellationToken.None);
        return new ApiFixture(store, server, replays);
    }

    public async Task<JsonElement> GetAsync(string path, HttpStatusCode expected = HttpStatusCode.OK)
    {
        using var response = await Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{path}: {response.StatusCode} {text}");
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    /// <summary>Sends a body, and gives the answer, which must have the status.</summary>
    public async Task<JsonElement> SendAsync(
        HttpMethod method, string path, string? body, HttpStatusCode expected, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, contentType);
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(expected == response.StatusCode, $"{method} {path}: {response.StatusCode} {text}");
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    public async Task<List<string>> IdsAsync(string path) =>
        [.. (await GetAsync(path)).GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetString()!)];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
        await Store.DisposeAsync();
    }
}
