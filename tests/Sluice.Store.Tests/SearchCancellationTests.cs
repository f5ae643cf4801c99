using Sluice.Store.Tests.Support;

namespace Sluice.Store.Tests;

public sealed class SearchCancellationTests
{
    /// <summary>Searches that look at every row, find much and find nothing; each must end at once wherever the cancellation meets it.</summary>
    private static readonly LogQuery[] Queries =
    [
        new() { Limit = int.MaxValue },
        new() { Limit = int.MaxValue, SpanId = 0xFFFF_FFFF_FFFF },
        new() { Limit = int.MaxValue, Attributes = [new AttributeFilter("path", "nowhere")] },
    ];

    [Fact]
    public async Task A_search_that_is_cancelled_at_any_moment_ends_and_leaves_the_reader_whole()
    {
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(5) });
        var generator = new SampleGenerator(1);
        for (var i = 0; i < 10; i++)
        {
            await store.StoreAsync(generator.Group(1000, spans: false));
        }

        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            using var cancel = new CancellationTokenSource();
            var query = Queries[round % Queries.Length];
            using var started = new ManualResetEventSlim();
            var searching = Task.Run(() =>
            {
                while (true)
                {
                    using var search = store.Reader.SearchLogs(query, cancel.Token);
                    started.Set();
                    while (search.MoveNext())
                    {
                    }

                    Assert.Empty(search.Warnings);
                }
            });
            started.Wait();
            Thread.SpinWait(random.Next(200_000));
            await cancel.CancelAsync();

            var error = await Assert.ThrowsAnyAsync<Exception>(() => searching);
            Assert.True(error is OperationCanceledException, $"seed {seed}, round {round}: {error}");
        }

        Assert.Equal(10_000, Found.Logs(store, new LogQuery { Limit = int.MaxValue }).Count);
    }

    [Fact]
    public async Task A_search_whose_time_is_up_before_it_begins_reads_nothing()
    {
        await using var store = new StoreFixture();
        await store.StoreAsync(new SampleGenerator(1).Group(10, spans: false));
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30), store.Time);
        store.Time.Advance(TimeSpan.FromSeconds(30));

        using var search = store.Reader.SearchLogs(new LogQuery(), timeout.Token);
        Assert.ThrowsAny<OperationCanceledException>(() => search.MoveNext());
        Assert.ThrowsAny<OperationCanceledException>(() => store.Reader.SearchTraces(new TraceQuery(), timeout.Token));
        Assert.ThrowsAny<OperationCanceledException>(() => store.Reader.Services([], timeout.Token));
    }
}
