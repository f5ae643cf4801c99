using System.Buffers;
using System.Buffers.Binary;

namespace Sluice.Journal;

/// <summary>
/// All that a journal keeps besides its entries, as of one group: names, the end of the log, counters, consumers, tables. Taken under the
/// gate in a moment, written without it.
/// </summary>
/// <remarks>
/// In blocks, each behind its length in 32 bits: first the catalogue with everything but what is in the tables, then the entries of one table
/// after the other, the oldest first; an empty block ends it. It carries no checksum: what stores it has one.
/// </remarks>
internal sealed class StateSnapshot
{
    private const int Version = 1;
    private const int BlockSize = 64 << 10;
    private const string Where = "the snapshot";

    private readonly ArrayBufferWriter<byte> _catalogue = new();
    private readonly BoundedTable.Image[] _tables;

    private StateSnapshot(BoundedTable.Image[] tables) => _tables = tables;

    /// <summary>Takes a snapshot; under the gate. Tables cost a copy of their slots, 40 bytes per entry, until the snapshot is let go.</summary>
    public static StateSnapshot Capture(JournalState state)
    {
        var tables = new BoundedTable.Image[state.Tables.Length];
        for (var i = 0; i < tables.Length; i++)
        {
            tables[i] = state.Tables[i].Capture();
        }

        var snapshot = new StateSnapshot(tables);
        snapshot.WriteCatalogue(state);
        return snapshot;
    }

    /// <summary>Writes it; without the gate.</summary>
    public void WriteTo(Stream output)
    {
        WriteBlock(output, _catalogue.WrittenSpan);
        var block = new ArrayBufferWriter<byte>(BlockSize);
        foreach (var table in _tables)
        {
            var last = 0L;
            foreach (var entry in table)
            {
                block.WriteSigned(entry.WrittenTicks - last);
                block.WriteBytes(entry.Key);
                block.WriteBytes(entry.Value);
                last = entry.WrittenTicks;
                if (block.WrittenCount >= BlockSize)
                {
                    WriteBlock(output, block.WrittenSpan);
                    block.ResetWrittenCount();
                    last = 0;
                }
            }

            if (block.WrittenCount > 0)
            {
                WriteBlock(output, block.WrittenSpan);
                block.ResetWrittenCount();
            }
        }

        WriteBlock(output, []);
    }

    /// <summary>Reads a snapshot into a state that is empty: names get the same ordinals.</summary>
    /// <exception cref="InvalidDataException">It is none. The state is of no use then.</exception>
    public static void Restore(JournalState state, Stream input)
    {
        var buffer = new byte[BlockSize];
        var catalogue = new SpanDecoder(ReadBlock(input, ref buffer), Where);
        var tables = RestoreCatalogue(state, ref catalogue);
        foreach (var (table, entries) in tables)
        {
            for (var left = entries; left > 0;)
            {
                left -= RestoreEntries(table, left, ReadBlock(input, ref buffer));
            }
        }

        if (!ReadBlock(input, ref buffer).IsEmpty)
        {
            throw new InvalidDataException($"{Where} goes on behind its last table.");
        }
    }

    private static void WriteBlock(Stream output, ReadOnlySpan<byte> block)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, block.Length);
        output.Write(length);
        output.Write(block);
    }

    private static ReadOnlySpan<byte> ReadBlock(Stream input, ref byte[] buffer)
    {
        Span<byte> header = stackalloc byte[sizeof(int)];
        if (input.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length)
        {
            throw new InvalidDataException($"{Where} ends before its last block.");
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length < 0)
        {
            throw new InvalidDataException($"{Where} has a block of {length} bytes.");
        }

        // The length is believed as far as bytes come.
        for (var read = 0; read < length;)
        {
            if (read == buffer.Length)
            {
                Array.Resize(ref buffer, (int)Math.Min(length, 2L * buffer.Length));
            }

            var part = input.Read(buffer.AsSpan(read, Math.Min(length, buffer.Length) - read));
            read += part > 0 ? part : throw new InvalidDataException($"{Where} ends inside a block.");
        }

        return buffer.AsSpan(0, length);
    }

    private static List<(BoundedTable Table, int Entries)> RestoreCatalogue(JournalState state, ref SpanDecoder input)
    {
        if (input.ReadUnsigned("the version") is var version and not Version)
        {
            throw input.Error($"the version is {version}, and only {Version} is known");
        }

        state.Recovered(input.ReadId("the end of the log"));
        for (var i = input.ReadInt("the number of topics"); i > 0; i--)
        {
            Check(input, state.DefineTopic(state.Topics.Length, input.ReadName("a topic's name")));
        }

        for (var i = input.ReadInt("the number of counters"); i > 0; i--)
        {
            Check(input, state.DefineCounter(state.Counters.Length, input.ReadName("a counter's name")));
            state.Counters[^1].Apply(input.ReadSigned("a counter"));
        }

        var tables = new List<(BoundedTable, int)>();
        for (var i = input.ReadInt("the number of tables"); i > 0; i--)
        {
            Check(input, state.DefineTable(state.Tables.Length, input.ReadName("a table's name")));
            var table = state.Tables[^1];
            var maxEntries = input.ReadInt("the limit of a table");
            var expiry = input.ReadOptional("the expiry of a table");
            var evicted = input.ReadCount("the evictions of a table", long.MaxValue);
            var entries = input.ReadInt("the entries of a table", maxEntries);
            if (maxEntries == 0 || expiry == 0)
            {
                throw input.Error($"the limit of table '{table.Name}' is 0");
            }

            table.BeginRestore(entries, maxEntries, expiry, evicted);
            tables.Add((table, entries));
        }

        for (var i = input.ReadInt("the number of consumers"); i > 0; i--)
        {
            if (input.ReadInt("whether a consumer is there", 1) == 0)
            {
                state.SkipConsumer();
                continue;
            }

            var consumer = state.RestoreConsumer(input.ReadName("a consumer's name"));
            Check(input, consumer is not null);
            consumer!.Restore(ref input, state.Topics);
        }

        return input.IsAtEnd ? tables : throw input.Error("the catalogue goes on behind its end");
    }

    private static int RestoreEntries(BoundedTable table, int max, ReadOnlySpan<byte> block)
    {
        var input = new SpanDecoder(block, Where);
        var count = 0;
        for (var written = 0L; !input.IsAtEnd; count++)
        {
            written += input.ReadSigned("the time of an entry");
            if (count == max || !table.Restore(input.ReadBytes("a key"), input.ReadBytes("a value"), written))
            {
                throw input.Error($"table '{table.Name}' has an entry twice or too many");
            }
        }

        return count > 0 ? count : throw new InvalidDataException($"{Where} ends before all entries of table '{table.Name}'.");
    }

    private static void Check(in SpanDecoder input, bool isDefined)
    {
        if (!isDefined)
        {
            throw input.Error("a name is there twice");
        }
    }

    private void WriteCatalogue(JournalState state)
    {
        ulong epoch = 0;
        _catalogue.WriteCount(Version);
        _catalogue.WriteId(state.End, ref epoch);
        _catalogue.WriteCount(state.Topics.Length);
        foreach (var topic in state.Topics)
        {
            _catalogue.WriteText(topic.Name);
        }

        _catalogue.WriteCount(state.Counters.Length);
        foreach (var counter in state.Counters)
        {
            _catalogue.WriteText(counter.Name);
            _catalogue.WriteSigned(counter.Value);
        }

        _catalogue.WriteCount(state.Tables.Length);
        for (var i = 0; i < _tables.Length; i++)
        {
            var table = state.Tables[i];
            _catalogue.WriteText(table.Name);
            _catalogue.WriteCount(table.MaxEntries);
            _catalogue.WriteOptional(table.ExpiryTicks);
            _catalogue.WriteCount(table.Evicted);
            _catalogue.WriteCount(_tables[i].Count);
        }

        _catalogue.WriteCount(state.ConsumersByOrdinal.Length);
        foreach (var consumer in state.ConsumersByOrdinal)
        {
            _catalogue.WriteCount(consumer is null ? 0 : 1);
            if (consumer is not null)
            {
                _catalogue.WriteText(consumer.Name);
                consumer.Save(_catalogue, state.End, ref epoch);
            }
        }
    }
}
