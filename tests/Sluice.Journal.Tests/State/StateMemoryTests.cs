using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Testing;

namespace Sluice.Journal.Tests.State;

/// <summary>Measures the whole heap, so nothing else runs meanwhile.</summary>
[Collection(Alone)]
public sealed class StateMemoryTests(ITestOutputHelper output)
{
    private const string Alone = "tests that measure the heap";

    [Fact]
    public void A_million_entries_take_less_than_two_hundred_megabytes_with_the_snapshot_and_come_back()
    {
        const int Entries = 1_000_000;
        using var pool = new BufferPool(new());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var state = new JournalState(pool, new ManualTimeProvider(), TimeSpan.FromDays(1));
        Fill(state, Entries);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        var snapshot = StateSnapshot.Capture(state);
        var captured = GC.GetTotalMemory(forceFullCollection: true) - before;
        using var stream = new MemoryStream();
        snapshot.WriteTo(stream);
        stream.Position = 0;
        Assert.InRange(held, Entries * 40, 200_000_000);
        Assert.InRange(captured, held, 200_000_000);

        var restored = new JournalState(pool, new ManualTimeProvider(), TimeSpan.FromDays(1));
        before = GC.GetTotalMemory(forceFullCollection: true);
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        var started = TimeProvider.System.GetTimestamp();
        StateSnapshot.Restore(restored, stream);
        var took = TimeProvider.System.GetElapsedTime(started);
        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var heldAgain = GC.GetTotalMemory(forceFullCollection: true) - before;
        output.WriteLine($"held {held:N0} B, with the snapshot {captured:N0} B, {stream.Length:N0} B long; restored in {took.TotalMilliseconds:N0} ms, allocating {allocated:N0} B, holding {heldAgain:N0} B");
        Assert.Equal(Entries, restored.Tables[0].Count);
        Assert.InRange(heldAgain, Entries * 40, 200_000_000);
        Assert.InRange(allocated, Entries * 40, 200_000_000);
        GC.KeepAlive(snapshot);
        state.Groups.Close();
        restored.Groups.Close();
    }

    [Fact]
    public async Task A_hundred_thousand_entries_take_less_than_twenty_megabytes()
    {
        await using var host = new JournalFixture(tracking: false);
        var table = host.Journal.OpenTable("t", new());
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var key = new byte[32];
        for (var i = 0; i < 100_000; i += 100)
        {
            var group = host.Journal.CreateGroup();
            for (var j = i; j < i + 100; j++)
            {
                BitConverter.TryWriteBytes(key, j);
                group.Put(table, key, key.AsSpan(0, 16));
            }

            Assert.True((await host.Journal.CommitAsync(group)).Committed);
        }

        var used = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(100_000, table.Count);
        Assert.InRange(used, 1 << 20, 20_000_000);
    }

    private static void Fill(JournalState state, int entries)
    {
        var table = state.OpenTable("ids");
        Span<byte> key = stackalloc byte[16];
        Span<byte> value = stackalloc byte[8];
        for (var i = 0; i < entries; i += 1000)
        {
            var group = state.Groups.Take();
            for (var j = i; j < i + 1000; j++)
            {
                BinaryPrimitives.WriteInt32LittleEndian(key, j);
                BinaryPrimitives.WriteInt32LittleEndian(value, j);
                group.Change(table, key, value, isDelete: false);
            }

            state.Apply(group, state.End, null, 0, i);
            group.Dispose();
        }
    }

    [CollectionDefinition(Alone, DisableParallelization = true)]
    public sealed class AloneCollection;
}
