using System.Net;
using Sluice.Api.Tests.Support;
using Sluice.Store.Tests.Support;

namespace Sluice.Api.Tests;

public sealed class SearchApiTests
{
    [Fact]
    public async Task Every_parameter_of_logs_finds_what_it_says()
    {
        await using var api = await ApiFixture.StartAsync();
        var logs = new SampleGenerator(1).Records(400, spans: false);
        await api.Store.StoreAsync(logs);
        var some = logs.First(log => log.TraceId.Length > 0);
        var time = logs[200].SearchTime;

        await FindsAsync("q=timeout", log => log.HasPhrase("timeout"));
        await FindsAsync($"q={Uri.EscapeDataString("\"order error\" OR payment*")}", log => log.HasPhrase("order error") || log.HasPhrase("payment", isPrefix: true));
        await FindsAsync("service=cart", log => log.Service == "cart");
        await FindsAsync("severity=ERROR", log => log.Severity >= 17);
        await FindsAsync("severity=warn2&service=checkout", log => log.Severity >= 14 && log.Service == "checkout");
        await FindsAsync($"trace_id={some.TraceId}", log => log.TraceId == some.TraceId);
        await FindsAsync($"span_id={some.SpanId}", log => log.SpanId == some.SpanId);
        await FindsAsync("event=order.placed", log => log.Name == "order.placed");
        await FindsAsync("attr=http.method%3DGET&attr=host.name%3Dhost-1", log => log.HasAttribute("http.method", "GET") && log.HasAttribute("host.name", "host-1"));
        await FindsAsync($"from={time}", log => log.SearchTime >= time);
        await FindsAsync($"to={time}", log => log.SearchTime < time);
        Assert.Equal(
            logs.Where(log => log.Name.Length > 0).Reverse().Select(log => log.Id), await api.IdsAsync("events?limit=10000"));

        async Task FindsAsync(string query, Func<SampleRecord, bool> matches)
        {
            var expected = logs.Where(matches).Select(log => log.Id).ToList();
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await api.IdsAsync($"logs?{query}&order=oldest&limit=10000"));
        }
    }

    [Fact]
    public async Task Pages_follow_each_other_by_their_cursor()
    {
        await using var api = await ApiFixture.StartAsync();
        var logs = new SampleGenerator(1).Records(250, spans: false);
        await api.Store.StoreAsync(logs);

        var found = new List<string>();
        var cursor = "";
        do
        {
            var page = await api.GetAsync($"logs?limit=40&from=-90d{cursor}");
            found.AddRange(page.GetProperty("records").EnumerateArray().Select(record => record.GetProperty("id").GetString()!));
            cursor = page.TryGetProperty("next", out var next) ? $"&cursor={next.GetString()}" : "";
        }
        while (cursor.Length > 0);

        Assert.Equal(logs.Select(log => log.Id).Reverse(), found);
    }

    [Fact]
    public async Task Traces_are_listed_and_read_with_their_logs()
    {
        await using var api = await ApiFixture.StartAsync();
        var generator = new SampleGenerator(1);
        var spans = generator.Records(300, spans: true);
        await api.Store.StoreAsync(spans, "traces");
        var logs = generator.Records(300, spans: false);
        await api.Store.StoreAsync(logs);

        var slow = (await api.GetAsync("traces?service=cart&min_duration=2s&error=true&limit=500")).GetProperty("traces").EnumerateArray()
            .Select(trace => trace.GetProperty("trace_id").GetString()!).Order();
        var expected = spans.Where(span => span.Service == "cart" && span.Time > 0 && span.Duration >= 2_000_000_000 && span.IsError).Select(span => span.TraceId).Distinct().Order();
        Assert.Equal(expected, slow);

        var id = spans[0].TraceId;
        var trace = await api.GetAsync($"traces/{id}");
        Assert.Equal(spans.Count(span => span.TraceId == id), trace.GetProperty("spans").GetArrayLength());
        Assert.Equal(logs.Count(log => log.TraceId == id), trace.GetProperty("logs").GetArrayLength());
        Assert.Equal(spans.Count(span => span.TraceId == id), trace.GetProperty("span_count").GetInt32());
        Assert.False(trace.GetProperty("truncated").GetBoolean());
    }

    [Fact]
    public async Task Services_histograms_metrics_status_and_ledger_are_answered()
    {
        await using var api = await ApiFixture.StartAsync();
        var logs = new SampleGenerator(1).Records(300, spans: false);
        await api.Store.StoreAsync(logs);
        var time = SampleGenerator.Start;
        await api.Store.StoreAsync(SampleBatches.MakeMetrics(api.Store.Pool, "cart", [("cart.items", time)]), time, "metrics");

        Assert.Equal(4, (await api.GetAsync("services")).GetProperty("services").GetArrayLength());
        Assert.Single(await api.IdsAsync("metrics?name=cart.items&service=cart"));
        Assert.Equal("cart.items", (await api.GetAsync("metrics/names")).GetProperty("metrics")[0].GetProperty("name").GetString());
        var from = logs.Min(log => log.SearchTime);
        var to = logs.Max(log => log.SearchTime) + 1;
        var counted = await api.GetAsync($"histogram?from={from}&to={to}");
        Assert.Equal(logs.Count, counted.GetProperty("buckets").EnumerateArray().Sum(bucket => bucket.GetProperty("total").GetInt32()));
        var searched = await api.GetAsync($"histogram?from={from}&to={to}&q=timeout");
        Assert.Equal(logs.Count(log => log.HasPhrase("timeout")), searched.GetProperty("buckets").EnumerateArray().Sum(bucket => bucket.GetProperty("total").GetInt32()));
        var status = await api.GetAsync("status");
        Assert.Equal("the disk is full", status.GetProperty("components")[0].GetProperty("reason").GetString());
        Assert.Equal("memory", status.GetProperty("journal").GetProperty("kind").GetString());
        Assert.False(status.GetProperty("journal").TryGetProperty("disk", out _));
        Assert.True((await api.GetAsync("ledger")).GetProperty("balanced").GetBoolean());
        Assert.Equal(17, (await api.GetAsync("")).GetProperty("endpoints").GetArrayLength());
    }

    [Theory]
    [InlineData("logs?color=red", "color")]
    [InlineData("logs?limit=0", "limit")]
    [InlineData("logs?limit=ten", "limit")]
    [InlineData("logs?limit=5&limit=6", "limit")]
    [InlineData("logs?from=yesterday", "from")]
    [InlineData("logs?from=2026-02-30T00:00:00Z", "from")]
    [InlineData("logs?from=now&to=-1h", "to")]
    [InlineData("logs?severity=LOUD", "severity")]
    [InlineData("logs?severity=25", "severity")]
    [InlineData("logs?trace_id=abc", "trace_id")]
    [InlineData("logs?span_id=00", "span_id")]
    [InlineData("logs?attr=novalue", "attr")]
    [InlineData("logs?order=random", "order")]
    [InlineData("logs?cursor=!!", "cursor")]
    [InlineData("logs?cursor=MQ", "cursor")]
    [InlineData("logs?q=-only", "q")]
    [InlineData("logs?q=", "q")]
    [InlineData("traces?min_duration=fast", "min_duration")]
    [InlineData("traces?error=yes", "error")]
    [InlineData("traces/xyz", "trace_id")]
    [InlineData("histogram?step=10s", "step")]
    [InlineData("histogram?signal=smoke", "signal")]
    [InlineData("histogram?signal=spans&q=x", "q")]
    [InlineData("services?limit=1", "limit")]
    public async Task A_wrong_parameter_is_named_with_what_would_be_right(string path, string parameter)
    {
        await using var api = await ApiFixture.StartAsync();

        var error = (await api.GetAsync(path, HttpStatusCode.BadRequest)).GetProperty("error");

        Assert.Equal(parameter, error.GetProperty("parameter").GetString());
        Assert.NotEmpty(error.GetProperty("message").GetString()!);
        Assert.NotEmpty(error.GetProperty("expected").GetString()!);
    }

    [Fact]
    public async Task A_cursor_of_another_search_is_refused()
    {
        await using var api = await ApiFixture.StartAsync();
        await api.Store.StoreAsync(new SampleGenerator(1).Records(50, spans: false));
        var next = (await api.GetAsync("logs?limit=5")).GetProperty("next").GetString();

        await api.GetAsync($"logs?limit=5&service=cart&cursor={next}", HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("logs/1")]
    [InlineData("traces/11111111111111111111111111111111")]
    [InlineData("../v2/logs")]
    public async Task What_is_not_there_is_404(string path)
    {
        await using var api = await ApiFixture.StartAsync();

        await api.GetAsync(path, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_instance_without_a_store_says_so_and_still_has_a_status()
    {
        await using var api = await ApiFixture.StartAsync(hasStore: false);

        var error = await api.GetAsync("logs", HttpStatusCode.NotFound);
        Assert.Contains("store exporter", error.GetProperty("error").GetProperty("expected").GetString(), StringComparison.Ordinal);
        await api.GetAsync("status");
    }

    [Fact]
    public async Task Other_methods_than_GET_and_HEAD_are_refused()
    {
        await using var api = await ApiFixture.StartAsync();

        using var post = await api.Client.PostAsync("logs", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.MethodNotAllowed, post.StatusCode);
        Assert.Equal(["GET", "HEAD"], post.Content.Headers.Allow);

        using var head = await api.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "services"));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("evil.example:4320", null, HttpStatusCode.Forbidden)]
    [InlineData("127.0.0.1.evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("10.0.0.1", null, HttpStatusCode.Forbidden)]
    [InlineData("localhost", null, HttpStatusCode.OK)]
    [InlineData("[::1]:4320", null, HttpStatusCode.OK)]
    [InlineData("localhost:4320", "http://localhost:4320", HttpStatusCode.OK)]
    [InlineData("localhost:4320", "http://localhost:3000", HttpStatusCode.Forbidden)]
    [InlineData("localhost:4320", "https://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost:4320", "null", HttpStatusCode.Forbidden)]
    public async Task Foreign_hosts_and_origins_are_refused(string host, string? origin, HttpStatusCode expected)
    {
        await using var api = await ApiFixture.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "services");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        using var response = await api.Client.SendAsync(request);

        Assert.Equal(expected, response.StatusCode);
        Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }
}
