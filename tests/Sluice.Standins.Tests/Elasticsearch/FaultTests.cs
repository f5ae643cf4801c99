using System.Net;
using Sluice.Standins.Elasticsearch.Faults;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>What a test can let go wrong.</summary>
public sealed class FaultTests
{
    private const string Create = """{"create":{"_index":"logs-a-b"}}""";
    private const string Document = """{"@timestamp":"2026-08-01T12:00:00Z"}""";

    [Fact]
    public async Task A_refused_request_does_nothing_and_the_next_is_served()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        standin.Cluster.Faults.NextBulks(RequestFault.Rejected(429, "es_rejected_execution_exception", "full", TimeSpan.FromSeconds(7)), RequestFault.Unavailable, RequestFault.TooLargeForProxy);
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 4; i++)
        {
            using var response = await standin.SendAsync("POST", "/_bulk", $"{Create}\n{Document}\n");
            statuses.Add(response.StatusCode);
            Assert.Equal(i == 0 ? TimeSpan.FromSeconds(7) : null, response.Headers.RetryAfter?.Delta);
        }

        Assert.Equal([HttpStatusCode.TooManyRequests, HttpStatusCode.ServiceUnavailable, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.OK], statuses);
        Assert.Equal(1, standin.Cluster.Count());
    }

    [Fact]
    public async Task A_lost_or_cut_answer_leaves_the_documents_written_and_a_reset_does_not()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        foreach (var (fault, documents) in new[] { (RequestFault.LostAnswer, 1), (RequestFault.CutAnswer(10), 2), (RequestFault.Reset, 2) })
        {
            standin.Cluster.Faults.NextBulks(fault);

            await Assert.ThrowsAnyAsync<HttpRequestException>(() => standin.BulkAsync(Create, Document));

            Assert.Equal(documents, standin.Cluster.Count());
        }
    }

    [Fact]
    public async Task A_slow_answer_comes_when_the_test_says()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        var answers = new TaskCompletionSource();
        var waits = new TaskCompletionSource();
        standin.Cluster.Faults.NextBulks(RequestFault.SlowToAnswer(async cancellationToken =>
        {
            waits.SetResult();
            await answers.Task.WaitAsync(cancellationToken);
        }));

        var bulk = standin.BulkAsync(Create, Document);
        await waits.Task;
        Assert.Equal(1, standin.Cluster.Count());
        Assert.False(bulk.IsCompleted);
        answers.SetResult();

        Assert.Equal(201, (await bulk).Single()["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task Items_fail_at_random_the_same_way_for_the_same_seed()
    {
        var runs = new List<int[]>();
        for (var run = 0; run < 2; run++)
        {
            await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
            standin.Cluster.Faults.ItemsAtRandom(seed: 7, share: 0.3);

            var items = await standin.BulkAsync([.. Enumerable.Repeat(new[] { Create, Document }, 1000).SelectMany(lines => lines)]);

            var statuses = items.Select(item => item["status"]!.GetValue<int>()).ToArray();
            Assert.InRange(statuses.Count(status => status != 201), 200, 400);
            Assert.Equal(statuses.Count(status => status == 201), standin.Cluster.Count());
            Assert.Equal(standin.Cluster.ItemsByStatus[429], statuses.Count(status => status == 429));
            runs.Add(statuses);
        }

        Assert.Equal(runs[0], runs[1]);
    }

    [Fact]
    public async Task A_failed_item_may_have_been_written()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        standin.Cluster.Faults.OnItem(_ => ItemFault.DoneAllTheSame);

        var item = (await standin.BulkAsync(Create, Document)).Single();

        Assert.Equal(500, item["status"]!.GetValue<int>());
        Assert.Equal(1, standin.Cluster.Count());
    }

    [Fact]
    public async Task A_node_that_went_away_comes_back_on_its_port_with_what_it_had()
    {
        await using var standin = (await RunningStandin.StartAsync()).WithLogStreams();
        await standin.BulkAsync(Create, Document);
        var port = standin.Node.Port;

        await standin.Node.GoAwayAsync();
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => standin.BulkAsync(Create, Document));
        await standin.Node.ComeBackAsync();
        await standin.BulkAsync(Create, Document);

        Assert.Equal(port, standin.Node.Port);
        Assert.Equal(2, standin.Cluster.Count());
    }
}
