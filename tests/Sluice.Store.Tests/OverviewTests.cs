using Sluice.Store.Tests.Support;

namespace Sluice.Store.Tests;

public sealed class OverviewTests
{
    private const long Minute = 60_000_000_000;

    [Fact]
    public async Task Services_count_what_is_stored_over_all_files()
    {
        var generator = new SampleGenerator(1);
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(10) });
        var logs = generator.Records(1000, spans: false);
        await store.StoreAsync(logs);
        var spans = generator.Records(1000, spans: true);
        await store.StoreAsync(spans, "traces");

        var services = store.Reader.Services([], CancellationToken.None);

        var expected = logs.Concat(spans).GroupBy(record => record.Service).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new ServiceSummary(
            group.Key,
            group.Count(record => !record.IsSpan && record.Name.Length == 0),
            group.Count(record => !record.IsSpan && record.Name.Length > 0),
            group.Count(record => record.IsSpan),
            0,
            group.Max(record => record.Received)));
        Assert.Equal(expected, services);
    }

    [Theory]
    [InlineData(1, null, 0)]
    [InlineData(5, "cart", 0)]
    [InlineData(60, null, 17)]
    public async Task A_histogram_counts_by_step_and_severity(int stepMinutes, string? service, int severity)
    {
        var generator = new SampleGenerator(2);
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(10) });
        var logs = generator.Records(2000, spans: false);
        await store.StoreAsync(logs);
        var time = new TimeRange(logs[500].Received / Minute * Minute, logs[1500].Received / Minute * Minute);
        var step = TimeSpan.FromMinutes(stepMinutes);

        var counted = store.Reader.Histogram(
            new HistogramQuery { Kinds = [RecordKind.Log, RecordKind.Event], Time = time, Step = step, Service = service, MinSeverity = severity },
            [],
            CancellationToken.None);
        var searched = store.Reader.Histogram(
            new LogQuery { Time = time, Service = service, MinSeverity = severity }, step, [], CancellationToken.None);

        var expected = logs
            .Where(log => log.SearchTime >= time.From && log.SearchTime < time.To && (service is null || log.Service == service) && log.Severity >= severity)
            .GroupBy(log => log.SearchTime / (stepMinutes * Minute) * (stepMinutes * Minute))
            .OrderBy(bucket => bucket.Key)
            .Select(bucket => (bucket.Key, string.Join(' ', bucket.GroupBy(log => log.Severity).OrderBy(code => code.Key).Select(code => $"{code.Key}:{code.Count()}"))))
            .ToList();
        Assert.NotEmpty(expected);
        Assert.Equal(expected, counted.Select(Text));
        Assert.Equal(expected, searched.Select(Text));
    }

    [Fact]
    public async Task Metrics_are_found_by_name_words_service_and_time()
    {
        await using var store = new StoreFixture();
        var time = SampleGenerator.Start;
        await store.StoreAsync(SampleBatches.MakeMetrics(store.Pool, "cart", [("http.server.duration", time), ("cart.items", time + 5)]), time, "metrics");
        await store.StoreAsync(SampleBatches.MakeMetrics(store.Pool, "checkout", [("http.server.duration", time + 9)]), time, "metrics");

        Assert.Equal(2, Count(new MetricQuery { Name = "http.server.duration" }));
        Assert.Equal(1, Count(new MetricQuery { Name = "http.server.duration", Service = "checkout" }));
        Assert.Equal(1, Count(new MetricQuery { Time = new TimeRange(time + 5, time + 9) }));
        Assert.True(SearchText.TryParse("items OR nothing", out var text, out _));
        Assert.Equal(1, Count(new MetricQuery { Text = text }));
        Assert.Equal(0, Count(new MetricQuery { Name = "http.server" }));
        Assert.Equal(
            ["cart.items 1 cart", "http.server.duration 2 cart,checkout"],
            store.Reader.MetricNames(null, [], CancellationToken.None).Select(metric => $"{metric.Name} {metric.Count} {string.Join(',', metric.Services)}"));
        Assert.Single(store.Reader.MetricNames("checkout", [], CancellationToken.None));

        int Count(MetricQuery query) => Found.Ids(store.Reader.SearchMetrics(query, CancellationToken.None)).Count;
    }

    private static (long, string) Text(HistogramBucket bucket) =>
        (bucket.Start, string.Join(' ', bucket.Counts.OrderBy(code => code.Key).Select(code => $"{code.Key}:{code.Value}")));
}
