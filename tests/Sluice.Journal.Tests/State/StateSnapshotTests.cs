using Sluice.Buffers;
using Sluice.Testing;

namespace Sluice.Journal.Tests.State;

public sealed class StateSnapshotTests
{
    [Fact]
    public void What_is_captured_does_not_change_with_what_comes_later()
    {
        using var bench = new StateBench();
        var state = bench.NewWithNames();
        Put(state, 1, "one");
        var snapshot = StateSnapshot.Capture(state);
        var before = Bytes(snapshot);
        Put(state, 1, "other");
        Put(state, 2, "two");
        state.OpenTopic("new");
        Assert.Equal(before, Bytes(snapshot));

        var restored = bench.New();
        StateSnapshot.Restore(restored, new MemoryStream(before));
        Assert.Equal((3, 1), (restored.Topics.Length, restored.Tables[0].Count));
        Assert.True(restored.Tables[0].TryGet([1], out var value));
        Assert.True(value.Span.SequenceEqual("one"u8));
    }

    [Fact]
    public void Names_keep_their_ordinals_and_those_of_removed_consumers_stay_free()
    {
        using var bench = new StateBench();
        var state = bench.NewWithNames();
        var removal = state.Groups.Take();
        removal.RemoveConsumer(state.Consumers[1]);
        state.Apply(removal, state.End, null, 0, 1);
        removal.Dispose();

        var restored = bench.New();
        StateSnapshot.Restore(restored, new MemoryStream(Bytes(StateSnapshot.Capture(state))));
        Assert.Equal(["file", null, "kafka"], restored.ConsumersByOrdinal.ToArray().Select(consumer => consumer?.Name));
        Assert.Equal([0, 2], restored.Consumers.ToArray().Select(consumer => consumer.Ordinal));
        Assert.Equal(state.Topics.ToArray().Select(topic => topic.Name), restored.Topics.ToArray().Select(topic => topic.Name));
        Assert.Equal(3, restored.Names.Consumers);
        Assert.Equal(3, restored.Reserve("elastic", new JournalConsumerOptions { Topics = [] }).Ordinal);
    }

    [Fact]
    public void A_snapshot_that_ends_early_is_refused_wherever_it_ends()
    {
        using var bench = new StateBench();
        var bytes = Bytes(StateSnapshot.Capture(Sample(bench)));
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<InvalidDataException>(() => StateSnapshot.Restore(bench.New(), new MemoryStream(bytes, 0, length)));
        }
    }

    [Fact]
    public void A_damaged_snapshot_is_read_or_refused_and_nothing_else()
    {
        using var bench = new StateBench();
        var bytes = Bytes(StateSnapshot.Capture(Sample(bench)));
        var random = new Random(RandomSeed.Value);
        for (var i = 0; i < 1000; i++)
        {
            var damaged = bytes.ToArray();
            var (offset, bit) = (random.Next(bytes.Length), random.Next(8));
            damaged[offset] ^= (byte)(1 << bit);
            RandomSeed.Explain(i, () => RestoreOrRefuse(bench.New(), damaged), () => $"bit {bit} of byte {offset}");
        }
    }

    [Fact]
    public void A_snapshot_of_another_version_is_refused()
    {
        using var bench = new StateBench();
        var bytes = Bytes(StateSnapshot.Capture(bench.New()));
        bytes[4] = 9;
        var error = Assert.Throws<InvalidDataException>(() => StateSnapshot.Restore(bench.New(), new MemoryStream(bytes)));
        Assert.Contains("the version is 9, and only 1 is known", error.Message, StringComparison.Ordinal);
    }

    /// <summary>A state with something of everything.</summary>
    private static JournalState Sample(StateBench bench)
    {
        var log = new Replay.ListLog(bench.Pool, bench.Clock, entriesPerSegment: 3).Begin();
        bench.Own(log.State);
        var topics = new[] { log.State.OpenTopic("logs"), log.State.OpenTopic("traces") };
        var consumer = log.Open("file", new JournalConsumerOptions { Topics = topics, OnFull = OnFull.DropOldest, MaxLag = 200, Until = new RecordId(ulong.MaxValue, 0) });
        log.Open("gone", new JournalConsumerOptions { Topics = [] }).Dispose();
        log.Remove("gone");
        using var buffer = new PooledBufferWriter(bench.Pool, "sample reads");
        for (var i = 0; i < 10; i++)
        {
            var group = log.CreateGroup();
            group.BeginEntry(topics[i % 2]).Write(new byte[40]);
            group.EndEntry(3);
            group.Change(log.State.OpenTable("rows"), [(byte)i], [1, 2, 3], isDelete: false);
            group.Add(log.State.OpenCounter("accepted"), i);
            log.Commit(group);
            log.State.DropBeyondLimits();
            if (i < 2)
            {
                Assert.True(consumer.TryRead(buffer, out _));
            }
        }

        Assert.True(consumer.DroppedRecords(topics[0]) > 0 && consumer.PendingRecords(topics[0]) > 0);
        return log.State;
    }

    private static void Put(JournalState state, byte key, string value)
    {
        var group = state.Groups.Take();
        group.Change(state.Tables[0], [key], System.Text.Encoding.UTF8.GetBytes(value), isDelete: false);
        state.Apply(group, state.End, null, 0, 1);
        group.Dispose();
    }

    private static byte[] Bytes(StateSnapshot snapshot)
    {
        using var stream = new MemoryStream();
        snapshot.WriteTo(stream);
        return stream.ToArray();
    }

    private static void RestoreOrRefuse(JournalState state, byte[] bytes)
    {
        try
        {
            StateSnapshot.Restore(state, new MemoryStream(bytes));
        }
        catch (InvalidDataException)
        {
            // What is no snapshot is refused so: any other exception fails the test.
        }
    }
}
