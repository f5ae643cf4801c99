using System.Collections.Concurrent;
using Sluice.Journal.Tests.Simulation;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Disk;

/// <summary>What an opening cuts off is wiped, which a power cut may tear like any other write.</summary>
public sealed class WipingTests
{
    [Fact]
    public async Task No_block_with_an_acknowledged_group_is_written_when_what_follows_it_is_wiped()
    {
        var disk = new SimulatedDisk(RandomSeed.Value);
        await using var host = new DiskJournalFixture(disk: disk);
        host.Consumer("stalled", "logs");
        Assert.True((await host.AppendAsync("logs", "acknowledged")).Committed);
        Assert.True((await host.AppendAsync("logs", "needle")).Committed);

        // As if the last write had been torn: nothing says any more that it was ever flushed.
        var crashed = disk.Kill();
        var (name, at) = Find(crashed, "needle"u8.ToArray());
        crashed.FlipBit(name, at, 0);
        var writes = new ConcurrentQueue<DiskOperation>();
        crashed.After = operation =>
        {
            if (operation.Kind == DiskOperationKind.Write && operation.Name == name)
            {
                writes.Enqueue(operation);
            }
        };
        await using var reopened = new DiskJournalFixture(disk: crashed);

        Assert.Contains(reopened.Notices, notice => notice.Contains("cut off", StringComparison.Ordinal));
        Assert.Contains(writes, write => write.Offset <= at && at < write.Offset + write.Length);
        Assert.All(writes, write => Assert.True(write.Offset % DiskFormat.BlockSize == 0, write.ToString()));
        Assert.Equal(["acknowledged"], reopened.ReadAll(reopened.Consumer("stalled", "logs")));
    }

    private static (string Name, long Offset) Find(SimulatedDisk disk, byte[] text)
    {
        foreach (var name in disk.List().Where(name => name.EndsWith(DiskFormat.SegmentExtension, StringComparison.Ordinal)))
        {
            using var file = disk.Open(name, JournalFileAccess.Read);
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            if (bytes.AsSpan().IndexOf(text) is >= 0 and var offset)
            {
                return (name, offset);
            }
        }

        throw new InvalidDataException("No segment has it.");
    }
}
