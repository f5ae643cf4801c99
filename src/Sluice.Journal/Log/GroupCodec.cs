using System.Buffers;

namespace Sluice.Journal;

/// <summary>
/// What a group changes besides its entries, as bytes: the time, then parts in any number, each a tag and its fields. Names are written once
/// over the life of a log and then called by their ordinals: a group that is written defines all names that no group before it did.
/// </summary>
internal static class GroupCodec
{
    private const string Where = "the changes of a group";

    /// <summary>Writes all of a group that is not entries.</summary>
    /// <param name="group">The group.</param>
    /// <param name="state">The names.</param>
    /// <param name="defined">The names that are defined already; afterwards, all.</param>
    /// <param name="nowTicks">The time that table expiry goes by, in UTC ticks.</param>
    /// <param name="output">Gets the bytes, appended.</param>
    public static void Write(LogGroup group, JournalState state, ref DefinedNames defined, long nowTicks, IBufferWriter<byte> output)
    {
        output.WriteFixed(nowTicks);
        WriteNames(state, ref defined, output);
        ulong epoch = 0;
        foreach (var release in group.Releases)
        {
            Write(output, Part.Release, release.Consumer.Ordinal);
            output.WriteId(release.ReleasedThrough, ref epoch);
            output.WriteId(release.DroppedThrough, ref epoch);
        }

        foreach (var change in group.Events)
        {
            Write(output, change, ref epoch);
        }

        foreach (var move in group.Cursors)
        {
            Write(output, Part.Cursor, move.Consumer.Ordinal);
            output.WriteId(move.Cursor, ref epoch);
        }

        foreach (var change in group.TableChanges)
        {
            Write(output, change.IsDelete ? Part.Delete : Part.Put, change.Table.Ordinal);
            output.WriteBytes(group.KeyOf(change));
            if (!change.IsDelete)
            {
                output.WriteBytes(group.ValueOf(change));
            }
        }

        foreach (var delta in group.Deltas)
        {
            Write(output, Part.Delta, delta.Counter.Ordinal);
            output.WriteSigned(delta.Delta);
        }
    }

    /// <summary>Reads what <see cref="Write(LogGroup, JournalState, ref DefinedNames, long, IBufferWriter{byte})"/> wrote.</summary>
    /// <param name="changes">The bytes.</param>
    /// <param name="state">Gets the names that are defined.</param>
    /// <param name="group">An empty group, filled except for its entries. What is about a consumer that was removed since is left out.</param>
    /// <param name="nowTicks">The time written in the group, in UTC ticks.</param>
    /// <exception cref="InvalidDataException">The bytes are not the changes of a group of this journal. The group may hold a part of them.</exception>
    public static void Read(ReadOnlySpan<byte> changes, JournalState state, LogGroup group, out long nowTicks)
    {
        var input = new SpanDecoder(changes, Where);
        nowTicks = input.ReadFixed("the time");
        if (nowTicks < 0 || nowTicks > DateTime.MaxValue.Ticks)
        {
            throw input.Error("the time is none");
        }

        while (!input.IsAtEnd)
        {
            ReadPart(ref input, state, group);
        }
    }

    private static void Write(IBufferWriter<byte> output, Part part, int ordinal)
    {
        output.GetSpan(1)[0] = (byte)part;
        output.Advance(1);
        output.WriteCount(ordinal);
    }

    private static void WriteNames(JournalState state, ref DefinedNames defined, IBufferWriter<byte> output)
    {
        foreach (var topic in state.Topics[defined.Topics..])
        {
            WriteName(output, Part.Topic, defined.Topics++, topic.Name);
        }

        foreach (var table in state.Tables[defined.Tables..])
        {
            WriteName(output, Part.Table, defined.Tables++, table.Name);
        }

        foreach (var counter in state.Counters[defined.Counters..])
        {
            WriteName(output, Part.Counter, defined.Counters++, counter.Name);
        }

        foreach (var consumer in state.ConsumersByOrdinal[defined.Consumers..])
        {
            // One that was removed keeps its ordinal, without a name.
            WriteName(output, Part.Consumer, defined.Consumers++, consumer?.Name ?? "");
        }
    }

    private static void WriteName(IBufferWriter<byte> output, Part part, int ordinal, string name)
    {
        Write(output, part, ordinal);
        output.WriteText(name);
    }

    private static void Write(IBufferWriter<byte> output, StateEvent change, ref ulong epoch)
    {
        switch (change)
        {
            case ConsumerOpening opening:
                Write(output, Part.Opening, opening.Consumer.Ordinal);
                output.WriteCount((int)opening.StartAt);
                output.WriteCount((int)opening.OnFull);
                output.WriteOptional(opening.MaxLag);
                output.WriteId(opening.Earliest, ref epoch);
                output.WriteId(opening.Until ?? Subscription.NoEnd, ref epoch);
                output.WriteCount(opening.Topics.Count);
                foreach (var topic in opening.Topics)
                {
                    output.WriteCount(topic.Ordinal);
                }

                break;
            case ConsumerRemoval removal:
                Write(output, Part.Removal, removal.Consumer.Ordinal);
                break;
            case ConsumerAbandonment abandonment:
                Write(output, Part.Abandonment, abandonment.Consumer.Ordinal);
                break;
            case TableLimit limit:
                Write(output, Part.Limit, limit.Table.Ordinal);
                output.WriteCount(limit.MaxEntries);
                output.WriteOptional(limit.ExpiryTicks);
                break;
            default:
                throw new ArgumentException($"There is no way to write {change}.", nameof(change));
        }
    }

    private static void ReadPart(ref SpanDecoder input, JournalState state, LogGroup group)
    {
        switch ((Part)input.ReadByte("the tag"))
        {
            case Part.Topic:
                var topic = input.ReadInt("a topic");
                Define(input, state.DefineTopic(topic, input.ReadName("a topic's name")), "topic", topic);
                break;
            case Part.Table:
                var table = input.ReadInt("a table");
                Define(input, state.DefineTable(table, input.ReadName("a table's name")), "table", table);
                break;
            case Part.Counter:
                var counter = input.ReadInt("a counter");
                Define(input, state.DefineCounter(counter, input.ReadName("a counter's name")), "counter", counter);
                break;
            case Part.Consumer:
                var consumer = input.ReadInt("a consumer");
                Define(input, state.DefineConsumer(consumer, input.ReadNameOrNone("a consumer's name")), "consumer", consumer);
                break;
            case Part.Release:
                var releasing = ReadConsumer(ref input, state);
                var released = input.ReadId("what was released");
                var dropped = input.ReadId("what was dropped");
                if (releasing is not null)
                {
                    group.LetGo(releasing, released, dropped);
                }

                break;
            case Part.Cursor:
                var moving = ReadConsumer(ref input, state);
                var cursor = input.ReadId("a cursor");
                if (moving is not null)
                {
                    group.MoveCursor(moving, cursor);
                }

                break;
            case Part.Opening:
                ReadOpening(ref input, state, group);
                break;
            case Part.Removal:
                if (ReadConsumer(ref input, state) is { } removed)
                {
                    group.RemoveConsumer(removed);
                }

                break;
            case Part.Abandonment:
                if (ReadConsumer(ref input, state) is { } abandoned)
                {
                    group.AbandonConsumer(abandoned);
                }

                break;
            case Part.Limit:
                var limited = input.ReadKnown("table", state.Tables);
                var maxEntries = input.ReadInt("the limit of a table");
                var expiry = input.ReadOptional("the expiry of a table");
                if (maxEntries == 0 || expiry == 0)
                {
                    throw input.Error("the limit of a table is 0");
                }

                group.LimitTable(limited, maxEntries, expiry);
                break;
            case Part.Put:
                group.Change(input.ReadKnown("table", state.Tables), input.ReadBytes("a key"), input.ReadBytes("a value"), isDelete: false);
                break;
            case Part.Delete:
                group.Change(input.ReadKnown("table", state.Tables), input.ReadBytes("a key"), [], isDelete: true);
                break;
            case Part.Delta:
                group.AddDelta(input.ReadKnown("counter", state.Counters), input.ReadSigned("a delta"));
                break;
            case var unknown:
                throw input.Error($"there is no tag {(byte)unknown}");
        }
    }

    private static void ReadOpening(ref SpanDecoder input, JournalState state, LogGroup group)
    {
        var consumer = ReadConsumer(ref input, state) ?? throw input.Error("a consumer is opened that was removed");
        var startAt = (StartAt)input.ReadInt("the start of an opening", (int)StartAt.Earliest);
        var onFull = (OnFull)input.ReadInt("what an opening does when full", (int)OnFull.DropOldest);
        var maxLag = input.ReadOptional("the limit of an opening");
        if (maxLag == 0)
        {
            throw input.Error("the limit of an opening is 0");
        }

        var earliest = input.ReadId("the earliest start of an opening");
        var until = input.ReadId("the end of an opening");
        var topics = new JournalTopic[input.ReadInt("the number of topics", state.Topics.Length)];
        for (var i = 0; i < topics.Length; i++)
        {
            topics[i] = input.ReadKnown("topic", state.Topics);
        }

        group.OpenConsumer(consumer, topics, startAt, earliest, until == Subscription.NoEnd ? null : until, onFull, maxLag);
    }

    private static ConsumerState? ReadConsumer(ref SpanDecoder input, JournalState state) => input.ReadKnown("consumer", state.ConsumersByOrdinal);

    private static void Define(in SpanDecoder input, bool isDefined, string kind, int ordinal)
    {
        if (!isDefined)
        {
            throw input.Error($"{kind} {ordinal} is defined already by another name, or those before it are missing");
        }
    }

    /// <summary>The tags. They are in files: a number is never given anew.</summary>
    private enum Part : byte
    {
        Topic = 1,
        Table = 2,
        Counter = 3,
        Consumer = 4,
        Release = 5,
        Opening = 6,
        Removal = 7,
        Abandonment = 8,
        Limit = 9,
        Cursor = 10,
        Put = 11,
        Delete = 12,
        Delta = 13,
    }
}
