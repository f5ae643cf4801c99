using Sluice.Journal;
using Sluice.Store.Tests.Support;

namespace Sluice.Store.Tests;

public sealed class RedeliveryTests
{
    [Fact]
    public async Task Records_applied_again_are_counted_and_stored_once()
    {
        await using var store = new StoreFixture();
        var records = new SampleGenerator(1).Group(20, spans: false);
        await store.StoreAsync(records);
        store.Sequence = 0;

        var again = await store.StoreAsync(records);

        Assert.Equal(new ApplyResult(0, 20), again);
        Assert.Equal(20, Found.Logs(store, new LogQuery()).Count);
    }

    [Fact]
    public async Task A_run_that_is_partly_applied_is_stored_from_where_it_is_new()
    {
        await using var store = new StoreFixture();
        var records = new SampleGenerator(1).Group(20, spans: false);
        await store.StoreAsync([.. records.Take(8)]);
        store.Sequence = 0;

        var result = await store.StoreAsync(records);

        Assert.Equal(new ApplyResult(12, 8), result);
        Assert.Equal(records.Select(record => record.Id), Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst }));
    }

    [Fact]
    public async Task Each_topic_has_a_position_of_its_own()
    {
        await using var store = new StoreFixture();
        var generator = new SampleGenerator(1);
        store.Sequence = 100;
        await store.StoreAsync(generator.Group(5, spans: false), "logs/late");
        store.Sequence = 0;

        var other = await store.StoreAsync(generator.Group(5, spans: false), "logs/early");

        Assert.Equal(new ApplyResult(5, 0), other);
    }

    [Fact]
    public async Task The_ids_of_another_journal_are_no_duplicates()
    {
        await using var store = new StoreFixture();
        var records = new SampleGenerator(1).Group(5, spans: false);
        await store.StoreAsync(records);
        await store.CloseWriterAsync();
        store.JournalId = Guid.NewGuid();
        store.Epoch = 3;
        store.Sequence = 0;

        Assert.Equal(new ApplyResult(5, 0), await store.StoreAsync(records));
    }

    [Fact]
    public async Task A_replay_is_known_by_its_place_keeps_its_ids_and_goes_where_the_newest_records_go()
    {
        await using var store = new StoreFixture();
        var records = new SampleGenerator(1).Group(20, spans: false);
        await store.StoreAsync(records);
        using var batch = SampleBatches.Make(store.Pool, records);
        var hours = TimeSpan.FromHours(5).Ticks * TimeSpan.NanosecondsPerTick;
        var replay = new StoreSegment(batch, 0, batch.Count, new RecordId(store.Epoch, 0), "replay/store/logs", records[0].Received)
        {
            Position = new RecordId(store.Epoch, 500),
            AppendedUnixNano = records[0].Received + hours,
        };

        Assert.Equal(new ApplyResult(20, 0), await store.Writer.ApplyAsync([replay], CancellationToken.None));
        await store.CloseWriterAsync();
        Assert.Equal(new ApplyResult(0, 20), await store.Writer.ApplyAsync([replay], CancellationToken.None));

        var ids = records.Select(record => record.Id).ToList();
        Assert.Equal([.. ids, .. ids], Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst }));
        Assert.Equal(2, Directory.GetFiles(store.Directory.Path, "*.db").Length);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Random_redelivery_over_restarts_and_periods_stores_everything_once(int seed)
    {
        var generator = new SampleGenerator(seed);
        var random = generator.Random;
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(5) });
        var groups = Enumerable.Range(0, 200).Select(_ => generator.Group(random.Next(1, 30), spans: random.Next(3) == 0)).ToList();
        var starts = new ulong[groups.Count];
        for (var i = 1; i < groups.Count; i++)
        {
            starts[i] = starts[i - 1] + (ulong)groups[i - 1].Count;
        }

        // As after a crash: the cursor goes back by some groups, and delivery starts again there, in batches of other sizes.
        var stored = 0;
        var duplicates = 0;
        var next = 0;
        while (next < groups.Count)
        {
            var end = Math.Min(groups.Count, next + random.Next(1, 12));
            var batches = groups[next..end].ConvertAll(group => SampleBatches.Make(store.Pool, group));
            var segments = batches.Select((batch, i) => new StoreSegment(
                batch, 0, batch.Count, new RecordId(store.Epoch, starts[next + i]), "all", groups[next + i][0].Received)).ToList();
            var result = await store.Writer.ApplyAsync(segments, CancellationToken.None);
            batches.ForEach(batch => batch.Dispose());
            stored += result.Stored;
            duplicates += result.Duplicates;
            next = random.Next(3) == 0 ? Math.Max(0, end - random.Next(1, 20)) : end;
            if (random.Next(4) == 0)
            {
                await store.CloseWriterAsync();
            }
        }

        var all = groups.SelectMany((group, i) => group.Select((record, j) => (record.IsSpan, Id: new RecordId(store.Epoch, starts[i]).Plus(j).ToString()))).ToList();
        Assert.True(duplicates > 0, $"seed {seed} made no duplicates");
        Assert.Equal(all.Count, stored);
        Assert.Equal(all.Where(record => !record.IsSpan).Select(record => record.Id), Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst }));
        Assert.Equal(all.Count(record => record.IsSpan), store.Reader.Services([], CancellationToken.None).Sum(service => service.Spans));
    }

    [Fact]
    public async Task A_cancelled_batch_leaves_nothing_and_can_be_applied_again()
    {
        await using var store = new StoreFixture();
        var records = new SampleGenerator(1).Group(20, spans: false);
        using var batch = SampleBatches.Make(store.Pool, records);
        var segment = new StoreSegment(batch, 0, batch.Count, new RecordId(1, 0), "logs", records[0].Received);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            async () => await store.Writer.ApplyAsync([segment], new CancellationToken(canceled: true)));

        Assert.Empty(Found.Logs(store, new LogQuery()));
        Assert.Equal(new ApplyResult(20, 0), await store.Writer.ApplyAsync([segment], CancellationToken.None));
    }

    [Fact]
    public async Task A_batch_over_two_files_whose_second_fails_is_counted_once_over_both_attempts()
    {
        var isFull = false;
        await using var store = new StoreFixture(options => options with
        {
            Opened = connection => connection.Execute($"PRAGMA max_page_count={(isFull && connection.Path.EndsWith("-000002.db", StringComparison.Ordinal) ? 10 : 1 << 20)}"),
        });
        var generator = new SampleGenerator(1);
        var early = generator.Group(10, spans: false).ConvertAll(record => record with { Received = SampleGenerator.Start });
        var late = generator.Group(8, spans: false).ConvertAll(record => record with { Received = SampleGenerator.Start + 3_600_000_000_000 });
        await store.StoreAsync([.. early.Take(4)]);
        using var earlyBatch = SampleBatches.Make(store.Pool, early);
        using var lateBatch = SampleBatches.Make(store.Pool, late);
        StoreSegment[] segments =
        [
            new(earlyBatch, 0, 10, new RecordId(store.Epoch, 0), "logs", early[0].Received),
            new(lateBatch, 0, 8, new RecordId(store.Epoch, 10), "logs", late[0].Received),
        ];

        isFull = true;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await Assert.ThrowsAsync<StoreException>(async () => await store.Writer.ApplyAsync(segments, CancellationToken.None));
            Assert.Equal(10, Found.Logs(store, new LogQuery()).Count);
        }

        isFull = false;
        Assert.Equal(new ApplyResult(14, 4), await store.Writer.ApplyAsync(segments, CancellationToken.None));
        Assert.Equal(18, Found.Logs(store, new LogQuery()).Count);
        Assert.Equal(2, store.Directory.StoreFiles.Count);
        Assert.Equal(new ApplyResult(0, 18), await store.Writer.ApplyAsync(segments, CancellationToken.None));
    }
}
