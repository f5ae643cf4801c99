using System.Net;
using System.Text.Json;
using Sluice.Load.Content;

namespace Sluice.Load.Receiving;

public sealed class SinkServerTests : SinkTest
{
    [Fact]
    public async Task A_request_that_comes_again_counts_as_doubled()
    {
        var template = new RequestTemplate(LoadSignal.Logs, 100, 1);
        template.Fill(1, 0, 1);

        await PostAsync("/v1/logs", template.Body);
        await PostAsync("/v1/logs", template.Body);

        Assert.Equal(new SinkReport(2, 2 * template.Body.Length, 100, 100, 0), Sink.Report);
        Assert.Contains("\"distinct\":100,\"doubled\":100", await Client.GetStringAsync(new Uri($"{Sink.Http}/counts"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_client_of_OTLP_sends_is_refused_and_counted()
    {
        Assert.Equal(HttpStatusCode.NotFound, await PostAsync("/v1/nothing", new byte[10]));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("/v1/logs", new byte[10], "gzip"));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("/v1/logs", new byte[10], "br"));

        Assert.Equal(new SinkReport(0, 20, 0, 0, 3), Sink.Report);
    }

    [Theory]
    [InlineData("", 100, "_id")]
    [InlineData("?filter_path=errors,items.*.status,items.*.error", 100, "status")]
    [InlineData("?filter_path=errors", 0, null)]
    public async Task Documents_of_the_bulk_API_are_counted_and_answered_one_by_one(string query, int items, string? key)
    {
        var template = new BulkTemplate(100, 1);
        template.Fill(1, 0, 1);
        using var content = new ReadOnlyMemoryContent(template.Body);

        using var response = await Client.PostAsync(new Uri(Sink.Http + "/logs-shop-default/_bulk" + query), content, TestContext.Current.CancellationToken);
        var answer = JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));

        Assert.False(answer.GetProperty("errors").GetBoolean());
        var all = answer.TryGetProperty("items", out var list) ? list.EnumerateArray().ToArray() : [];
        Assert.Equal(items, all.Length);
        Assert.All(all, item => Assert.Equal((201, true), (item.GetProperty("create").GetProperty("status").GetInt32(), item.GetProperty("create").TryGetProperty(key!, out _))));
        Assert.Equal(new SinkReport(1, template.Body.Length, 100, 0, 0), Sink.Report);
    }

    [Fact]
    public async Task A_bulk_request_without_its_last_newline_or_a_document_is_refused()
    {
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("/_bulk", "{\"create\":{}}\n{}"u8.ToArray()));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("/_bulk", "{\"create\":{}}\n"u8.ToArray()));
        Assert.Equal(HttpStatusCode.BadRequest, await PostAsync("/_bulk", Array.Empty<byte>()));

        Assert.Equal(3, Sink.Report.Faults);
    }

    [Fact]
    public async Task An_exporter_learns_what_it_asks_before_it_delivers()
    {
        using var root = await Client.GetAsync(new Uri(Sink.Http), TestContext.Current.CancellationToken);
        using var stream = await Client.GetAsync(new Uri(Sink.Http + "/_data_stream/logs-shop-default"), TestContext.Current.CancellationToken);

        Assert.Equal(["Elasticsearch"], root.Headers.GetValues("X-elastic-product"));
        Assert.Equal(HttpStatusCode.NotFound, stream.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await PostAsync("/logs-shop-default/_search", "{}"u8.ToArray()));
        Assert.Equal(new SinkReport(0, 0, 0, 0, 0), Sink.Report);
    }

    [Fact]
    public async Task One_that_stalls_reads_and_never_answers()
    {
        await using var stalling = await SinkServer.StartAsync(FreePort, FreePort, stalls: true, TestContext.Current.CancellationToken);
        using var content = new ReadOnlyMemoryContent(new byte[1 << 20]);
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(0.5) };

        await Assert.ThrowsAsync<TaskCanceledException>(() => client.PostAsync(new Uri(stalling.Http + "/v1/logs"), content, TestContext.Current.CancellationToken));

        Assert.Equal(new SinkReport(0, 0, 0, 0, 0), stalling.Report);
    }

    private async Task<HttpStatusCode> PostAsync(string path, ReadOnlyMemory<byte> body, string? coding = null)
    {
        using var content = new ReadOnlyMemoryContent(body);
        if (coding is not null)
        {
            content.Headers.ContentEncoding.Add(coding);
        }

        using var response = await Client.PostAsync(new Uri(Sink.Http + path), content, TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
