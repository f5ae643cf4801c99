using Sluice.Store.Tests.Support;

namespace Sluice.Store.Tests;

/// <summary>The page limit of SQLite stands for the end of the disk: it fails with the same code at the same places.</summary>
public sealed class DiskFullTests
{
    private const int Enough = 1 << 20;

    private int _pages = Enough;

    [Fact]
    public async Task A_full_disk_undoes_the_whole_batch_and_names_the_directory_and_what_to_do()
    {
        await using var store = Store();
        var generator = new SampleGenerator(1);
        _pages = 200;
        var stored = new List<SampleRecord>();

        var (error, _) = await FillAsync(store, generator, stored);

        Assert.Equal(StoreFailure.DiskFull, error.Failure);
        Assert.Contains(store.Directory.Path, error.Message, StringComparison.Ordinal);
        Assert.Contains("free space on that disk, or lower the store's max_size", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(stored);
        Assert.Equal(Ids(stored), Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst }));
    }

    [Fact]
    public async Task What_did_not_fit_is_stored_once_when_there_is_space_again()
    {
        await using var store = Store();
        var generator = new SampleGenerator(2);
        _pages = 200;
        var stored = new List<SampleRecord>();
        var (_, refused) = await FillAsync(store, generator, stored);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<StoreException>(() => AgainAsync(store, refused));
        }

        _pages = Enough;
        var result = await AgainAsync(store, refused);

        Assert.Equal(new ApplyResult(refused.Count, 0), result);
        Assert.Equal(Ids([.. stored, .. refused]), Found.Logs(store, new LogQuery { Order = SearchOrder.OldestFirst }));
        Assert.Equal(stored.Count + refused.Count, store.Reader.Services([], CancellationToken.None).Sum(service => service.Logs + service.Events));
        Assert.Equal(new ApplyResult(0, refused.Count), await AgainAsync(store, refused));
    }

    [Fact]
    public async Task A_disk_too_full_for_an_empty_file_fails_the_batch_and_not_the_writer()
    {
        await using var store = Store();
        var records = new SampleGenerator(3).Group(10, spans: true);
        _pages = 10;
        var error = await Assert.ThrowsAsync<StoreException>(() => AgainAsync(store, records));
        Assert.Equal(StoreFailure.DiskFull, error.Failure);

        _pages = Enough;

        Assert.Equal(new ApplyResult(10, 0), await AgainAsync(store, records));
    }

    private static async Task<(StoreException Error, List<SampleRecord> Refused)> FillAsync(
        StoreFixture store, SampleGenerator generator, List<SampleRecord> stored)
    {
        for (var i = 0; i < 1000; i++)
        {
            var group = generator.Group(300, spans: false).ConvertAll(record => record with { Received = SampleGenerator.Start });
            var sequence = store.Sequence;
            try
            {
                Assert.Equal(new ApplyResult(300, 0), await store.StoreAsync(group));
                stored.AddRange(group);
            }
            catch (StoreException error)
            {
                store.Sequence = sequence;
                return (error, group);
            }
        }

        throw new InvalidOperationException("The page limit was never reached.");
    }

    private static async Task<ApplyResult> AgainAsync(StoreFixture store, List<SampleRecord> records)
    {
        var sequence = store.Sequence;
        try
        {
            return await store.StoreAsync(records);
        }
        finally
        {
            store.Sequence = sequence;
        }
    }

    private static IEnumerable<string> Ids(IEnumerable<SampleRecord> records) => records.Select(record => record.Id);

    private StoreFixture Store() =>
        new(options => options with { Opened = connection => connection.Execute($"PRAGMA max_page_count={_pages}") });
}
