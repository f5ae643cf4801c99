using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.Standins.Elasticsearch;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>What the stand-in demands of requests, and shows of itself.</summary>
public sealed class HttpTests
{
    private const string Lines = "{\"create\":{\"_index\":\"logs-a-b\"}}\n{\"@timestamp\":\"2026-08-01T12:00:00Z\"}\n";

    [Theory]
    [InlineData("elasticsearch-8.19.8", "8.19.8", null, true)]
    [InlineData("elasticsearch-9.2.1", "9.2.1", null, true)]
    [InlineData("elasticsearch-7.17.29", "7.17.29", null, true)]
    [InlineData("opensearch-2.19.3", "2.19.3", "opensearch", false)]
    public async Task It_says_what_it_stands_in_for(string version, string number, string? distribution, bool isProduct)
    {
        await using var standin = await RunningStandin.StartAsync(new StandinOptions { Version = StandinVersion.Parse(version) });

        using var response = await standin.SendAsync("GET", "/");
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(number, body["version"]!["number"]!.GetValue<string>());
        Assert.Equal(distribution, body["version"]!["distribution"]?.GetValue<string>());
        Assert.Equal(isProduct, response.Headers.TryGetValues("X-elastic-product", out _));
    }

    [Theory]
    [InlineData("application/x-ndjson", 200, null)]
    [InlineData("application/json", 200, null)]
    [InlineData("application/x-ndjson; charset=utf-8", 200, null)]
    [InlineData("text/plain", 406, "Content-Type header [text/plain] is not supported")]
    [InlineData("application/x-www-form-urlencoded", 406, "Content-Type header [application/x-www-form-urlencoded] is not supported")]
    [InlineData(null, 406, "Content-Type header is missing")]
    public async Task A_bulk_request_says_what_it_is_made_of(string? contentType, int status, string? error)
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();

        var (answered, body) = await standin.CallAsync("POST", "/_bulk", Lines, contentType);

        Assert.Equal(status, (int)answered);
        if (error is not null)
        {
            Assert.Equal(error, body["error"]!.GetValue<string>());
        }
    }

    [Theory]
    [InlineData("elasticsearch-8.19.8", 8, 8, 200)]
    [InlineData("elasticsearch-8.19.8", 7, 7, 200)]
    [InlineData("elasticsearch-8.19.8", 9, 9, 400)]
    [InlineData("elasticsearch-8.19.8", 8, 7, 400)]
    [InlineData("elasticsearch-9.2.1", 8, 8, 200)]
    [InlineData("opensearch-3.3.2", 8, 8, 406)]
    public async Task Compatibility_headers_agree_with_each_other_and_the_version(string version, int sent, int accepted, int status)
    {
        await using var standin = (await RunningStandin.StartAsync(new StandinOptions { Version = StandinVersion.Parse(version) })).WithLogStreams();

        using var response = await standin.SendAsync(
            "POST", "/_bulk", Lines, $"application/vnd.elasticsearch+x-ndjson; compatible-with={sent}",
            request => request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse($"application/vnd.elasticsearch+json; compatible-with={accepted}")));

        Assert.Equal(status, (int)response.StatusCode);
        if (status == 200)
        {
            Assert.Equal($"application/vnd.elasticsearch+json;compatible-with={accepted}", response.Content.Headers.ContentType!.ToString().Replace(" ", "", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Bodies_may_be_compressed_both_ways()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        using var compressed = new MemoryStream();
        await using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Lines));
        }

        using var response = await standin.SendAsync("POST", "/_bulk", "", "application/x-ndjson", request =>
        {
            request.Content = new ByteArrayContent(compressed.ToArray()) { Headers = { ContentType = new("application/x-ndjson"), ContentEncoding = { "gzip" } } };
            request.Headers.AcceptEncoding.Add(new("gzip"));
        });

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        Assert.Equal(1, standin.Cluster.Count());
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused_and_counted_inflated()
    {
        await using var standin = (await RunningStandin.StartAsync(new StandinOptions { MaxContentLength = 1000 })).WithLogStreams();

        using var large = await standin.SendAsync("POST", "/_bulk", Lines + new string('\n', 1000), "application/x-ndjson");
        using var small = await standin.SendAsync("POST", "/_bulk", Lines, "application/x-ndjson");

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
    }

    [Theory]
    [InlineData("Basic", "ZWxhc3RpYzpzZWNyZXQ=", 200, null)]
    [InlineData("Basic", "ZWxhc3RpYzp3cm9uZw==", 401, "unable to authenticate user [elastic] for REST request [/_bulk]")]
    [InlineData("ApiKey", "aWQ6a2V5", 200, null)]
    [InlineData("ApiKey", "aWQ6b3RoZXI=", 401, "unable to authenticate with provided credentials and anonymous access is not allowed for this request")]
    [InlineData("Bearer", "token", 200, null)]
    [InlineData("Bearer", "other", 401, "unable to authenticate with provided credentials and anonymous access is not allowed for this request")]
    [InlineData(null, null, 401, "missing authentication credentials for REST request [/_bulk]")]
    public async Task Only_those_come_in_who_prove_who_they_are(string? scheme, string? proof, int status, string? reason)
    {
        await using var standin = (await RunningStandin.StartAsync(new StandinOptions
        {
            Users = new Dictionary<string, string> { ["elastic"] = "secret" },
            ApiKeys = new HashSet<string> { "aWQ6a2V5" },
            BearerTokens = new HashSet<string> { "token" },
        })).WithLogStreams();

        using var response = await standin.SendAsync("POST", "/_bulk", Lines, change: request => request.Headers.Authorization = scheme is null ? null : new(scheme, proof));
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(reason, body["error"]?["reason"]!.GetValue<string>());
        Assert.Equal(reason is not null, response.Headers.WwwAuthenticate.Any(challenge => challenge.Scheme == "ApiKey"));
        Assert.Equal(reason is null ? 1 : 0, standin.Cluster.Count());
    }

    [Fact]
    public async Task What_it_does_not_model_it_says_so()
    {
        await using var standin = await RunningStandin.StartAsync();

        var (status, body) = await standin.CallAsync("POST", "/_search", """{"query":{"fuzzy":{"a":"b"}}}""");
        await standin.BulkAsync("""{"index":{"_index":"plain"}}""", "{}");
        var (withIndex, _) = await standin.CallAsync("POST", "/_search", """{"query":{"fuzzy":{"a":"b"}}}""");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Empty(body["hits"]!["hits"]!.AsArray());
        Assert.Equal(HttpStatusCode.NotImplemented, withIndex);
    }
}
