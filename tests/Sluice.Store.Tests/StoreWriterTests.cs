using Sluice.Store.Tests.Support;
using Sluice.Testing;

namespace Sluice.Store.Tests;

public sealed class StoreWriterTests
{
    [Fact]
    public async Task Files_whose_period_ended_too_long_ago_are_dropped_whole()
    {
        await using var store = new StoreFixture(options => options with { MaxAge = TimeSpan.FromHours(3) });
        var generator = new SampleGenerator(1);
        await store.StoreAsync(At(generator, hours: 0));
        await store.StoreAsync(At(generator, hours: 1));
        await store.StoreAsync(At(generator, hours: 2));
        Assert.Equal(3, store.Directory.StoreFiles.Count);

        store.Time.Advance(TimeSpan.FromHours(4) + TimeSpan.FromMinutes(2));

        await Eventually.TrueAsync(() => store.Notices.Any(notice => notice.Kind == StoreNoticeKind.DroppedForAge), "the first file is dropped");
        Assert.Equal(2, store.Directory.StoreFiles.Count);
        Assert.Equal(20, Found.Logs(store, new LogQuery()).Count);
    }

    [Fact]
    public async Task The_oldest_files_are_dropped_while_the_store_is_too_large()
    {
        await using var store = new StoreFixture(options => options with { MaxSize = 8 << 20 });
        var generator = new SampleGenerator(1);
        for (var i = 0; i < 60; i++)
        {
            await store.StoreAsync(generator.Group(2000, spans: false));
        }

        await store.CloseWriterAsync();
        var size = Directory.GetFiles(store.Directory.Path).Sum(file => new FileInfo(file).Length);
        Assert.InRange(size, 1 << 20, 11 << 20);
        Assert.Contains(store.Notices, notice => notice.Kind == StoreNoticeKind.DroppedForSize);

        // What is left is the newest, without a gap.
        var ids = Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst });
        Assert.Equal(120_000, (int)store.Sequence);
        Assert.Equal(Enumerable.Range(120_000 - ids.Count, ids.Count).Select(i => $"{store.Epoch:x16}{i:x16}"), ids);
    }

    [Fact]
    public async Task A_clock_that_goes_back_changes_nothing_about_the_order()
    {
        await using var store = new StoreFixture();
        var generator = new SampleGenerator(1);
        var records = new List<SampleRecord>();
        foreach (var hours in (int[])[5, 2, 3, 9, 0])
        {
            var group = At(generator, hours);
            await store.StoreAsync(group);
            records.AddRange(group);
        }

        Assert.Equal(records.Select(record => record.Id), Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst }));
    }

    [Fact]
    public async Task A_damaged_file_is_put_aside_and_writing_goes_on()
    {
        await using var store = new StoreFixture();
        var generator = new SampleGenerator(1);
        await store.StoreAsync(At(generator, hours: 0));
        await store.CloseWriterAsync();
        var file = Assert.Single(store.Directory.StoreFiles);
        File.WriteAllText(file, "this is no database, but a rather long text that somebody put in its place");

        var later = At(generator, hours: 0);
        await store.StoreAsync(later);

        Assert.Equal(later.Select(record => record.Id), Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst }));
        Assert.True(File.Exists(file + ".corrupt"));
        Assert.NotEqual(file, Assert.Single(store.Directory.StoreFiles));
        Assert.Contains(store.Notices, notice => notice.Kind == StoreNoticeKind.Quarantined);
    }

    [Fact]
    public async Task Damage_found_while_writing_costs_the_damaged_file_but_not_the_batch()
    {
        await using var store = new StoreFixture();
        var generator = new SampleGenerator(1);
        await store.StoreAsync(generator.Group(3000, spans: false));
        await store.CloseWriterAsync();
        var file = Assert.Single(store.Directory.StoreFiles);
        using (var stream = File.OpenWrite(file))
        {
            // The first page stays, so that the file opens; the tables behind it do not.
            stream.Position = 8192;
            stream.Write(Enumerable.Repeat((byte)0xA5, (int)stream.Length - 8192).ToArray());
        }

        var later = generator.Group(10, spans: false);
        var result = await store.StoreAsync(later);

        Assert.Equal(new ApplyResult(10, 0), result);
        Assert.Equal(later.Select(record => record.Id), Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst }));
    }

    [Fact]
    public async Task A_search_leaves_a_damaged_file_out_and_says_so()
    {
        await using var store = new StoreFixture();
        var generator = new SampleGenerator(1);
        await store.StoreAsync(At(generator, hours: 0));
        var good = At(generator, hours: 1);
        await store.StoreAsync(good);
        File.WriteAllText(store.Directory.StoreFiles[0], new string('x', 4096));

        using var search = store.Reader.SearchLogs(new LogQuery(), CancellationToken.None);
        var count = 0;
        while (search.MoveNext())
        {
            count++;
        }

        Assert.Equal(good.Count, count);
        Assert.Contains(Path.GetFileName(store.Directory.StoreFiles[0]), Assert.Single(search.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_writer_is_refused()
    {
        await using var store = new StoreFixture();
        _ = store.Writer;

        var error = Assert.Throws<StoreException>(
            () => StoreWriter.Open(store.Options, store.JournalId, store.Pool.Buffers, store.Time, _ => { }));

        Assert.Equal(StoreFailure.Denied, error.Failure);
        Assert.Contains(store.Directory.Path, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused()
    {
        using var directory = new TempDirectory();
        var file = Path.Combine(directory.Path, "file");
        File.WriteAllText(file, "");

        var error = Assert.Throws<StoreException>(() => StoreWriter.Open(
            new StoreOptions { Directory = Path.Combine(file, "store") }, Guid.NewGuid(), new(), new ManualTimeProvider(), _ => { }));

        Assert.Equal(StoreFailure.Denied, error.Failure);
    }

    [Fact]
    public async Task Readers_see_whole_batches_while_they_are_written()
    {
        await using var store = new StoreFixture(options => options with { Period = TimeSpan.FromMinutes(5) });
        var generator = new SampleGenerator(1);
        using var done = new CancellationTokenSource();
        var reading = Task.Run(() =>
        {
            var searches = 0;
            var last = 0;
            while (!done.IsCancellationRequested)
            {
                var ids = Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst });
                Assert.Equal(0, ids.Count % 50);
                Assert.True(ids.Count >= last);
                Assert.Equal(ids.Count, ids.Distinct().Count());
                last = ids.Count;
                searches++;
            }

            return searches;
        });

        for (var i = 0; i < 100; i++)
        {
            await store.StoreAsync(generator.Group(50, spans: false));
        }

        await done.CancelAsync();
        Assert.True(await reading > 0);
        Assert.Equal(5000, Found.Logs(store, new LogQuery()).Count);
    }

    private static List<SampleRecord> At(SampleGenerator generator, int hours)
    {
        var received = SampleGenerator.Start + (hours * 3_600_000_000_000);
        return generator.Group(10, spans: false).ConvertAll(record => record with { Received = received, Time = received });
    }
}
