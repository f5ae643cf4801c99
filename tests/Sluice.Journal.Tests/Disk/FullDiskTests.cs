using Sluice.Journal.Tests.Simulation;
using Sluice.Testing;

namespace Sluice.Journal.Tests.Disk;

/// <summary>A disk that is full before the journal's own limit is reached.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task Intake_goes_on_when_there_is_space_again_though_nobody_settles_anything()
    {
        const long Plenty = 1L << 30;
        var disk = new SimulatedDisk(RandomSeed.Value) { Capacity = Plenty };
        await using var host = new DiskJournalFixture(disk: disk);
        using var consumer = host.Consumer("stalled", "logs");
        await Eventually.TrueAsync(() => disk.List().Count(name => name.EndsWith(".segment", StringComparison.Ordinal)) == 2, "the first segment and the reserve are there");
        disk.Capacity = Plenty - disk.FreeBytes;

        // Up to the middle of the segment, where the next file would be made ready ahead; what follows does not fit into the other half. It
        // finds out that there is no space, and from then on nobody asks for any.
        Assert.True((await host.AppendAsync("logs", new byte[18 << 10])).Committed);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(CommitStatus.Full, (await host.AppendAsync("logs", new byte[31 << 10])).Status);
        }

        Assert.Contains(host.Notices, notice => notice.Contains("cannot have another segment", StringComparison.Ordinal));

        disk.Capacity = Plenty;
        await Eventually.TrueAsync(
            async () =>
            {
                host.Clock.Advance(TimeSpan.FromSeconds(10));
                return (await host.AppendAsync("logs", new byte[31 << 10])).Committed;
            },
            () => $"intake goes on: {host.Journal.GetStatus().Problem}");
        Assert.Equal(2, host.ReadAll(consumer).Count);
    }
}
