using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Testing;

namespace Sluice.Journal.Tests.State;

public sealed class GroupCodecTests
{
    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            using var bench = new StateBench();
            var (writer, reader) = (bench.NewWithNames(), bench.New());
            var (written, copied) = (default(DefinedNames), default(DefinedNames));
            var random = new Random(seed);
            for (var i = 0; i < 3; i++)
            {
                var now = random.NextInt64(DateTime.MaxValue.Ticks);
                var group = StateBench.RandomGroup(writer, random);
                var copy = reader.Groups.Take();
                var bytes = StateBench.Write(group, writer, ref written, now);
                GroupCodec.Read(bytes, reader, copy, out var readTime);
                Assert.Equal(now, readTime);
                AssertSame(group, copy);

                // The names are defined once, then called by their ordinals.
                Assert.Equal(bytes, StateBench.Write(copy, reader, ref copied, now));
                Assert.Equal(writer.Topics.ToArray().Select(topic => topic.Name), reader.Topics.ToArray().Select(topic => topic.Name));
                group.Dispose();
                copy.Dispose();
                writer.OpenTopic($"topic {i}");
            }
        }).Check();

    [Fact]
    public void Any_bytes_are_read_or_refused_and_nothing_else() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), tail =>
        {
            using var bench = new StateBench();
            var state = bench.NewWithNames();
            ReadOrRefuse(state, [.. new byte[8], .. tail]);
            ReadOrRefuse(state, tail);
        }).Check(2000);

    [Fact]
    public void Damaged_bytes_are_read_or_refused_and_nothing_else()
    {
        using var bench = new StateBench();
        var random = new Random(RandomSeed.Value);
        for (var i = 0; i < 2000; i++)
        {
            var seed = random.Next();
            RandomSeed.Explain(
                i,
                () =>
                {
                    var own = new Random(seed);
                    var writer = bench.NewWithNames();
                    var defined = default(DefinedNames);
                    var group = StateBench.RandomGroup(writer, own);
                    var bytes = StateBench.Write(group, writer, ref defined, 1);
                    group.Dispose();
                    bytes[own.Next(bytes.Length)] ^= (byte)(1 << own.Next(8));
                    ReadOrRefuse(bench.New(), bytes.AsSpan(0, own.Next(bytes.Length + 1)).ToArray());
                },
                () => $"seed {seed}");
        }
    }

    [Theory]
    [InlineData("", "byte 0: the time is missing")]
    [InlineData("0000000000000080", "byte 8: the time is none")]
    [InlineData("0000000000000000 0A", "byte 9: consumer is missing")]
    [InlineData("0000000000000000 0A 09 00 00", "byte 10: consumer 9 is not defined: there are 3")]
    [InlineData("0000000000000000 0D 00 FFFFFFFFFFFFFFFFFF02", "byte 20: a delta has more than 64 bits")]
    [InlineData("0000000000000000 0B 00 05 61", "byte 11: a key has 5 bytes, and 1 are left")]
    [InlineData("0000000000000000 63", "byte 9: there is no tag 99")]
    [InlineData("0000000000000000 01 00 01 61", "byte 12: topic 0 is defined already by another name, or those before it are missing")]
    [InlineData("0000000000000000 01 04 01 61", "byte 12: topic 4 is defined already by another name, or those before it are missing")]
    [InlineData("0000000000000000 01 03 00", "byte 11: a topic's name is empty")]
    [InlineData("0000000000000000 01 03 01 FF", "byte 12: a topic's name is not UTF-8")]
    [InlineData("0000000000000000 09 00 00 00", "byte 12: the limit of a table is 0")]
    public void What_is_malformed_is_named_with_its_place(string hex, string problem)
    {
        using var bench = new StateBench();
        var state = bench.NewWithNames();
        var group = state.Groups.Take();
        var bytes = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var error = Assert.Throws<InvalidDataException>(() => GroupCodec.Read(bytes, state, group, out _));
        Assert.Equal($"the changes of a group, {problem}.", error.Message);
        group.Dispose();
    }

    [Fact]
    public void What_concerns_a_consumer_removed_since_is_left_out_and_its_opening_is_refused()
    {
        using var bench = new StateBench();
        var state = bench.NewWithNames();
        var gone = state.Consumers[1];
        var defined = state.Names;
        var late = state.Groups.Take();
        late.MoveCursor(gone, new RecordId(1, 1));
        late.LetGo(gone, default, new RecordId(1, 1));
        late.AddDelta(state.Counters[0], 7);
        var opening = state.Groups.Take();
        opening.OpenConsumer(gone, [], StartAt.Latest, default, null, OnFull.Reject, null);
        var lateBytes = StateBench.Write(late, state, ref defined, 1);
        var openingBytes = StateBench.Write(opening, state, ref defined, 1);
        var removal = state.Groups.Take();
        removal.RemoveConsumer(gone);
        state.Apply(removal, state.End, null, 0, 1);

        var group = state.Groups.Take();
        GroupCodec.Read(lateBytes, state, group, out _);
        Assert.Equal((0, 0, 1), (group.Cursors.Count, group.Releases.Count, group.Deltas.Count));
        var error = Assert.Throws<InvalidDataException>(() => GroupCodec.Read(openingBytes, state, group, out _));
        Assert.Contains("a consumer is opened that was removed", error.Message, StringComparison.Ordinal);
        foreach (var each in new[] { late, opening, removal, group })
        {
            each.Dispose();
        }
    }

    [Fact]
    public void A_group_of_counts_takes_few_bytes_and_writing_it_allocates_nothing()
    {
        using var bench = new StateBench();
        var state = bench.NewWithNames();
        var group = state.Groups.Take();
        group.AddDelta(state.Counters[0], 100);
        group.AddDelta(state.Counters[1], 3);
        var defined = state.Names;
        var output = new ArrayBufferWriter<byte>(1 << 16);
        GroupCodec.Write(group, state, ref defined, 1, output);
        Assert.Equal(15, output.WrittenCount);

        Assert.Equal(0, Allocations.Least(() =>
        {
            output.ResetWrittenCount();
            GroupCodec.Write(group, state, ref defined, 2, output);
        }));
        group.Dispose();
    }

    private static void ReadOrRefuse(JournalState state, byte[] bytes)
    {
        var group = state.Groups.Take();
        try
        {
            GroupCodec.Read(bytes, state, group, out _);
        }
        catch (InvalidDataException)
        {
            // What is no group is refused so: any other exception fails the test.
        }

        group.Dispose();
    }

    private static void AssertSame(LogGroup group, LogGroup copy)
    {
        Assert.Equal(
            group.Cursors.Select(move => (move.Consumer.Name, move.Cursor)),
            copy.Cursors.Select(move => (move.Consumer.Name, move.Cursor)));
        Assert.Equal(
            group.Releases.Select(release => (release.Consumer.Name, release.ReleasedThrough, release.DroppedThrough)),
            copy.Releases.Select(release => (release.Consumer.Name, release.ReleasedThrough, release.DroppedThrough)));
        Assert.Equal(group.Deltas.Select(delta => (delta.Counter.Name, delta.Delta)), copy.Deltas.Select(delta => (delta.Counter.Name, delta.Delta)));
        Assert.Equal(
            group.TableChanges.Select(change => (change.Table.Name, change.IsDelete, Hex(group.KeyOf(change)), Hex(group.ValueOf(change)))),
            copy.TableChanges.Select(change => (change.Table.Name, change.IsDelete, Hex(copy.KeyOf(change)), Hex(copy.ValueOf(change)))));
        Assert.Equal(group.Events.Select(Describe), copy.Events.Select(Describe));
    }

    private static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexString(bytes);

    private static string Describe(StateEvent change) => change switch
    {
        ConsumerOpening o => $"open {o.Consumer.Name} [{string.Join(',', o.Topics)}] {o.StartAt} {o.Earliest} {o.Until} {o.OnFull} {o.MaxLag}",
        ConsumerRemoval removal => $"remove {removal.Consumer.Name}",
        ConsumerAbandonment abandonment => $"abandon {abandonment.Consumer.Name}",
        TableLimit limit => $"limit {limit.Table.Name} {limit.MaxEntries} {limit.ExpiryTicks}",
        _ => throw new ArgumentException("unknown", nameof(change)),
    };
}
