using Sluice.Components.Receivers.KafkaReceiver.Reading;

namespace Sluice.Components.Tests.Receivers.KafkaReceiver;

public sealed class OffsetEntryTests
{
    /// <summary>-1 stands for nothing.</summary>
    [Theory]
    [InlineData(-1, -1, -1, -1)] // A new group: initial_offset decides.
    [InlineData(-1, -1, 70, 70)] // A new journal.
    [InlineData(100, 90, 90, 100)] // Killed before it committed.
    [InlineData(100, 90, 95, 100)] // The last commit came through, its answer did not.
    [InlineData(100, 90, 100, 100)]
    [InlineData(100, 90, 250, 250)] // Another member read on.
    [InlineData(100, 90, 89, 89)] // Somebody set the group back.
    [InlineData(100, 100, 0, 0)]
    [InlineData(100, 90, -1, 100)] // The group's offsets expired.
    [InlineData(100, -1, -1, 100)] // Killed before anything was committed.
    [InlineData(100, -1, 0, 100)]
    public void Reading_begins_behind_what_was_read_by_whomever_unless_it_was_set_back(long own, long knownCommitted, long committed, long begins)
    {
        OffsetEntry? entry = own < 0 ? null : new OffsetEntry(own, knownCommitted);

        Assert.Equal(begins, OffsetEntry.Begin(entry, committed < 0 ? null : committed) ?? -1);
    }

    [Fact]
    public void An_entry_is_read_as_it_was_written()
    {
        var bytes = new byte[OffsetEntry.Size];
        new OffsetEntry(long.MaxValue, -1).Write(bytes);

        Assert.Equal(new OffsetEntry(long.MaxValue, -1), OffsetEntry.Read(bytes));
    }

    [Fact]
    public void Partitions_have_keys_of_their_own()
    {
        var keys = new[] { ("a", 0), ("a", 1), ("a", 256), ("ab", 0), ("b", 0) }.Select(place => Convert.ToHexString(OffsetEntry.KeyOf(place.Item1, place.Item2)));

        Assert.Distinct(keys);
    }
}
