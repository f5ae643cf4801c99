using System.Net;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>Gets by id, and when searches see what was written.</summary>
public sealed class GetTests
{
    private const string Create = """{"create":{"_index":"logs-a-b","_id":"1"}}""";
    private const string Document = """{"@timestamp":"2026-08-01T12:00:00Z"}""";

    [Fact]
    public async Task Gets_see_a_document_at_once_and_searches_after_a_refresh()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams(settings: """{"refresh_interval":"-1"}""");
        await standin.BulkAsync(Create, Document);
        var backing = standin.Cluster.BackingIndices("logs-a-b").Single();

        var (_, got) = await standin.CallAsync("POST", $"/{backing}/_mget", """{"ids":["1","2"]}""");
        var (_, before) = await standin.CallAsync("POST", "/logs-a-b/_search", """{"query":{"ids":{"values":["1","2"]}}}""");
        await standin.CallAsync("POST", "/logs-a-b/_refresh");
        var (_, after) = await standin.CallAsync("POST", "/logs-a-b/_search", """{"query":{"ids":{"values":["1","2"]}}}""");

        Assert.Equal([true, false], got["docs"]!.AsArray().Select(document => document!["found"]!.GetValue<bool>()));
        Assert.Empty(before["hits"]!["hits"]!.AsArray());
        Assert.Equal("1", after["hits"]!["hits"]!.AsArray().Single()!["_id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_bulk_request_may_ask_for_the_refresh()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams(settings: """{"refresh_interval":"-1"}""");

        await standin.CallAsync("POST", "/_bulk?refresh=true", $"{Create}\n{Document}\n");
        var (_, count) = await standin.CallAsync("GET", "/logs-a-b/_count");

        Assert.Equal(1, count["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task A_data_stream_is_no_index_to_get_from()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        await standin.BulkAsync(Create, Document);

        var (status, _) = await standin.CallAsync("GET", "/logs-a-b/_doc/1");
        var (_, many) = await standin.CallAsync("POST", "/logs-a-b/_mget", """{"ids":["1"]}""");

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("index_not_found_exception", many["docs"]![0]!["error"]!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_backing_indices_of_a_stream_are_named_oldest_first()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        await standin.BulkAsync(Create, Document);

        var (_, rolled) = await standin.CallAsync("POST", "/logs-a-b/_rollover");
        var (_, streams) = await standin.CallAsync("GET", "/_data_stream/logs-*");

        var names = streams["data_streams"]![0]!["indices"]!.AsArray().Select(index => index!["index_name"]!.GetValue<string>()).ToArray();
        Assert.Equal([rolled["old_index"]!.GetValue<string>(), rolled["new_index"]!.GetValue<string>()], names);
        Assert.EndsWith("-000002", names[1], StringComparison.Ordinal);
    }
}
