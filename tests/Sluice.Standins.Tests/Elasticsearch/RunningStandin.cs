using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>A cluster with one node, and a client that sends what a test says and nothing else.</summary>
internal sealed class RunningStandin : IAsyncDisposable
{
    private readonly HttpClient _client;

    private RunningStandin(StandinCluster cluster, StandinNode node)
    {
        Cluster = cluster;
        Node = node;
        _client = new HttpClient { BaseAddress = new Uri(node.Address) };
    }

    public StandinCluster Cluster { get; }

    public StandinNode Node { get; }

    public static async Task<RunningStandin> StartAsync(StandinOptions? options = null)
    {
        var cluster = new StandinCluster(options);
        return new RunningStandin(cluster, await StandinNode.StartAsync(cluster));
    }

    /// <summary>Makes names that begin with <c>logs-</c> data streams.</summary>
    public RunningStandin WithLogStreams(string mappings = "{}", string settings = "{}")
    {
        Cluster.PutIndexTemplate("logs", $$$"""{"index_patterns":["logs-*"],"priority":100,"data_stream":{},"template":{"settings":{{{settings}}},"mappings":{{{mappings}}}}}""");
        return this;
    }

    public Task<HttpResponseMessage> SendAsync(string method, string target, string? body = null, string? contentType = "application/json", Action<HttpRequestMessage>? change = null)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), target);
        if (body is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
            request.Content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        }

        change?.Invoke(request);
        return _client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Calls, and reads the answer.</summary>
    public async Task<(HttpStatusCode Status, JsonNode Body)> CallAsync(string method, string target, string? body = null, string? contentType = "application/json")
    {
        using var response = await SendAsync(method, target, body, contentType);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return (response.StatusCode, text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!);
    }

    /// <summary>Sends lines as one bulk request, and returns the items of the answer without their actions.</summary>
    public async Task<JsonObject[]> BulkAsync(params string[] lines)
    {
        var (status, body) = await CallAsync("POST", "/_bulk", string.Concat(lines.Select(line => line + "\n")), "application/x-ndjson");
        Assert.Equal(HttpStatusCode.OK, status);
        var items = body["items"]!.AsArray().Select(item => item!.AsObject().Single().Value!.AsObject()).ToArray();
        Assert.Equal(items.Any(item => item.ContainsKey("error")), body["errors"]!.GetValue<bool>());
        return items;
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await Node.DisposeAsync();
    }
}
