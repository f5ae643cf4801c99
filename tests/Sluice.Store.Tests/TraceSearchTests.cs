using Sluice.Store.Tests.Support;
using Sluice.Telemetry;

namespace Sluice.Store.Tests;

public sealed class TraceSearchTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Random_queries_find_the_traces_that_brute_force_finds_on_pages_of_any_size(int seed)
    {
        var generator = new SampleGenerator(seed);
        var random = generator.Random;
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(10) });
        var spans = generator.Records(1500, spans: true);
        await store.StoreAsync(spans, "traces");

        for (var i = 0; i < 100; i++)
        {
            var query = new TraceQuery { Order = (SearchOrder)random.Next(2), Limit = random.Next(1, 12) };
            query = random.Next(2) == 0 ? query with { Service = generator.Service() } : query;
            query = random.Next(3) == 0 ? query with { Operation = generator.Name() } : query;
            query = random.Next(3) == 0 ? query with { MinDuration = random.NextInt64(3_000_000_000) } : query;
            query = random.Next(3) == 0 ? query with { MaxDuration = random.NextInt64(3_000_000_000) } : query;
            query = random.Next(3) == 0 ? query with { ErrorsOnly = true } : query;
            query = random.Next(3) == 0 ? query with { Time = new TimeRange(spans[random.Next(spans.Count)].SearchTime, long.MaxValue) } : query;
            var word = random.Next(3) == 0 ? "order" : null;
            query = word is not null && SearchText.TryParse(word, out var text, out _) ? query with { Text = text } : query;

            var expected = spans.Where(span => (query.Service is null || span.Service == query.Service)
                    && (query.Operation is null || span.Name == query.Operation)
                    && (word is null || span.Name.Contains(word, StringComparison.Ordinal))
                    && StoredDuration(span) >= (query.MinDuration ?? 0)
                    && StoredDuration(span) <= (query.MaxDuration ?? long.MaxValue)
                    && (!query.ErrorsOnly || span.IsError)
                    && span.SearchTime >= query.Time.From)
                .Select(span => span.TraceId);
            expected = query.Order == SearchOrder.NewestFirst ? expected.Reverse() : expected;

            Assert.Equal(expected.Distinct(), Pages(store, query));
        }
    }

    [Fact]
    public async Task Traces_do_not_move_between_pages_while_their_spans_come_in()
    {
        var generator = new SampleGenerator(3);
        await using var store = new StoreFixture();
        var spans = generator.Records(300, spans: true);
        await store.StoreAsync(spans, "traces");
        var expected = spans.AsEnumerable().Reverse().Select(span => span.TraceId).Distinct().ToList();

        var found = new List<string>();
        TraceCursor? after = null;
        do
        {
            var page = store.Reader.SearchTraces(new TraceQuery { Limit = 4, After = after }, CancellationToken.None);
            found.AddRange(page.Traces.Select(trace => trace.TraceId.ToString()));
            after = page.Next;
            await store.StoreAsync(generator.Records(50, spans: true), "traces");
        }
        while (after is not null);

        Assert.Equal(expected, found);
    }

    [Fact]
    public async Task A_trace_has_all_its_spans_and_logs_in_the_order_of_their_times()
    {
        var generator = new SampleGenerator(4);
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(10) });
        var spans = generator.Records(1000, spans: true);
        await store.StoreAsync(spans, "traces");
        var logs = generator.Records(1000, spans: false);
        await store.StoreAsync(logs);

        for (var id = 1; id < 30; id++)
        {
            var hex = $"{id:x32}";
            using var trace = store.Reader.ReadTrace(new TraceId(0, (ulong)id), 10_000, CancellationToken.None)!;
            var expectedSpans = spans.Where(span => span.TraceId == hex).ToList();

            Assert.Equal(expectedSpans.OrderBy(span => span.SearchTime).Select(span => span.Id), trace.Spans.Select(row => Found.Id(trace.SpanJson(row))));
            Assert.Equal(
                logs.Where(log => log.TraceId == hex).OrderBy(log => log.SearchTime).Select(log => log.Id),
                trace.Logs.Select(row => Found.Id(trace.LogJson(row))));
            var summary = trace.Summary!;
            Assert.Equal(expectedSpans.Count, summary.SpanCount);
            Assert.Equal(expectedSpans.Count(span => span.IsError), summary.ErrorCount);
            Assert.Equal(expectedSpans.Min(span => span.SearchTime), summary.Start);
            Assert.Equal(expectedSpans.Max(span => span.SearchTime + StoredDuration(span)), summary.Start + summary.Duration);
            Assert.Equal(expectedSpans.Select(span => span.Service).Distinct().Order(StringComparer.Ordinal), summary.Services);
            Assert.Equal(expectedSpans.Any(span => span.ParentSpanId.Length == 0), summary.HasRoot);
            Assert.False(trace.IsTruncated);
        }
    }

    [Fact]
    public async Task A_trace_larger_than_the_limit_says_that_it_was_cut()
    {
        await using var store = new StoreFixture();
        var generator = new SampleGenerator(4);
        var spans = generator.Group(20, spans: true).ConvertAll(span => span with { TraceId = $"{1:x32}" });
        await store.StoreAsync(spans, "traces");

        using var trace = store.Reader.ReadTrace(new TraceId(0, 1), 5, CancellationToken.None)!;

        Assert.True(trace.IsTruncated);
        Assert.Equal(5, trace.Spans.Count);
        Assert.Equal(20, trace.Summary!.SpanCount);
    }

    [Fact]
    public async Task A_trace_that_is_not_stored_is_null()
    {
        await using var store = new StoreFixture();
        await store.StoreAsync(new SampleGenerator(4).Group(20, spans: true), "traces");

        Assert.Null(store.Reader.ReadTrace(new TraceId(9, 9), 10, CancellationToken.None));
    }

    /// <summary>A span without a start has no duration.</summary>
    private static long StoredDuration(SampleRecord span) => span.Time == 0 ? 0 : span.Duration;

    private static List<string> Pages(StoreFixture store, TraceQuery query)
    {
        var found = new List<string>();
        TraceCursor? after = null;
        do
        {
            var page = store.Reader.SearchTraces(query with { After = after }, CancellationToken.None);
            Assert.Empty(page.Warnings);
            found.AddRange(page.Traces.Select(trace => trace.TraceId.ToString()));
            after = page.Next;
        }
        while (after is not null);
        return found;
    }
}
