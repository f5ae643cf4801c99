using System.Numerics;
using Sluice.Testing;

namespace Sluice.Journal.Tests;

public sealed class DiskJournalOptionsTests
{
    private const int KiB = 1 << 10;
    private const int MiB = 1 << 20;

    [Theory]
    [InlineData(10L << 30, 32 * MiB, 64 * MiB)]
    [InlineData(512L << 20, 32 * MiB, 64 * MiB)]
    [InlineData(256L << 20, 32 * MiB, 64 * MiB)]
    [InlineData(512L << 20, MiB, 64 * MiB)]
    [InlineData(511L << 20, MiB, 32 * MiB)]
    [InlineData(8 * MiB, MiB, 2 * MiB)]
    [InlineData(4 * MiB, 512 * KiB, MiB)]
    [InlineData(4 * MiB, MiB - (64 * KiB), MiB)]
    [InlineData(8 * MiB, MiB - (64 * KiB) + 1, 2 * MiB)]
    [InlineData(10L << 30, 64 * MiB, 128 * MiB)]
    [InlineData(4L << 30, DiskJournalOptions.LargestGroupSize, 1 << 30)]
    public void A_segment_is_an_eighth_of_the_journal_and_holds_a_group(long maxSize, int maxGroupSize, int expected) =>
        Assert.Equal(expected, DiskJournalOptions.SegmentSizeFor(maxSize, maxGroupSize));

    [Fact]
    public void Whatever_the_limits_a_segment_is_a_power_of_two_that_holds_a_group_and_four_of_them_fit()
    {
        var seed = RandomSeed.Value;
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++)
        {
            var group = random.Next(1, 1 << random.Next(1, 30));
            var least = DiskJournalOptions.SmallestMaxSizeFor(group);
            var size = random.NextInt64(least, least << random.Next(1, 12));

            var segment = DiskJournalOptions.SegmentSizeFor(size, group);

            Assert.True(BitOperations.IsPow2(segment) && segment >= group + (64 * KiB), $"seed {seed}: {segment} for a group of {group}");
            Assert.True(4L * segment <= size, $"seed {seed}: four segments of {segment} in {size}");
            Assert.True(segment <= 64 * MiB || segment / 2 < group + (64 * KiB), $"seed {seed}: {segment} for a group of {group}");
        }
    }

    [Fact]
    public void Limits_that_hold_no_group_are_refused()
    {
        Assert.Equal(256L << 20, DiskJournalOptions.SmallestMaxSizeFor(32 * MiB));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiskJournalOptions.SegmentSizeFor((256L << 20) - 1, 32 * MiB));
        Assert.Throws<ArgumentOutOfRangeException>(() => DiskJournalOptions.SmallestMaxSizeFor(DiskJournalOptions.LargestGroupSize + 1));
        Options().Validate();
        Assert.Throws<ArgumentOutOfRangeException>(() => (Options() with { Limits = new JournalOptions { MaxSize = 100 << 20 } }).Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Options() with { SyncInterval = TimeSpan.Zero }).Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Options() with { Retention = TimeSpan.FromSeconds(-1) }).Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Options() with { SlowFlush = TimeSpan.Zero }).Validate());
        Assert.Throws<ArgumentOutOfRangeException>(() => (Options() with { TailSize = 0 }).Validate());
    }

    private static DiskJournalOptions Options() => new() { Limits = new JournalOptions { MaxSize = 1L << 30 } };
}
