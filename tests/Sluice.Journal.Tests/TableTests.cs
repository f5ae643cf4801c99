namespace Sluice.Journal.Tests;

public sealed class TableTests
{
    [Fact]
    public async Task The_oldest_written_goes_first_when_a_table_is_full()
    {
        await using var host = new JournalFixture();
        var table = host.Journal.OpenTable("t", new() { MaxEntries = 2 });
        await PutAsync(host, table, 1, 10);
        await PutAsync(host, table, 2, 20);
        await PutAsync(host, table, 1, 11);
        await PutAsync(host, table, 3, 30);
        Assert.Equal((2, 1L), (table.Count, table.Evicted));
        Assert.Equal([1, 3], table.Snapshot().Select(row => (int)row.Key.Span[0]).Order());
        Assert.True(table.TryGet([1], out var value));
        Assert.Equal(11, value.Span[0]);
        Assert.False(table.TryGet([2], out _));
    }

    [Fact]
    public async Task An_entry_expires_after_it_was_last_written()
    {
        await using var host = new JournalFixture();
        var table = host.Journal.OpenTable("t", new() { Expiry = TimeSpan.FromMinutes(1) });
        await PutAsync(host, table, 1, 1);
        host.Clock.Advance(TimeSpan.FromSeconds(40));
        await PutAsync(host, table, 1, 2);
        await PutAsync(host, table, 2, 2);
        host.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(2, table.Count);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(table.TryGet([1], out _));
        Assert.Equal((0, 0L), (table.Count, table.Evicted));
        Assert.Empty(table.Snapshot());
    }

    [Fact]
    public async Task A_value_that_was_read_never_changes()
    {
        await using var host = new JournalFixture();
        var table = host.Journal.OpenTable("t", new());
        await PutAsync(host, table, 1, 10);
        Assert.True(table.TryGet([1], out var before));
        await PutAsync(host, table, 1, 20);
        await DeleteAsync(host, table, 1);
        Assert.Equal(10, before.Span[0]);
        Assert.False(table.TryGet([1], out _));
        await DeleteAsync(host, table, 1);
    }

    [Fact]
    public async Task A_table_opened_again_keeps_its_entries_under_the_new_limits()
    {
        await using var host = new JournalFixture();
        var table = host.Journal.OpenTable("t", new());
        for (byte i = 0; i < 5; i++)
        {
            await PutAsync(host, table, i, i);
        }

        Assert.Same(table, host.Journal.OpenTable("t", new() { MaxEntries = 3 }));
        Assert.Equal((3, 2L), (table.Count, table.Evicted));
        host.Journal.OpenTable("t", new() { Expiry = TimeSpan.FromSeconds(1) });
        Assert.Equal(3, table.Count);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(0, table.Count);
    }

    [Fact]
    public async Task Empty_keys_and_values_are_keys_and_values()
    {
        await using var host = new JournalFixture();
        var table = host.Journal.OpenTable("t", new());
        var group = host.Journal.CreateGroup();
        group.Put(table, [], []);
        await host.Journal.CommitAsync(group);
        Assert.True(table.TryGet([], out var value));
        Assert.Equal((0, 1), (value.Length, table.Count));
    }

    private static async Task PutAsync(JournalFixture host, JournalTable table, byte key, byte value)
    {
        var group = host.Journal.CreateGroup();
        group.Put(table, [key], [value]);
        Assert.True((await host.Journal.CommitAsync(group)).Committed);
    }

    private static async Task DeleteAsync(JournalFixture host, JournalTable table, byte key)
    {
        var group = host.Journal.CreateGroup();
        group.Delete(table, [key]);
        Assert.True((await host.Journal.CommitAsync(group)).Committed);
    }
}
