using System.Runtime.InteropServices;
using Sluice.Store.Files;
using Sluice.Store.Sqlite;

namespace Sluice.Store.Writing;

/// <summary>
/// What is counted per transaction instead of per record: minimum and maximum of event time per block of rows, records per minute, and
/// services. Added to what the file holds when the transaction ends.
/// </summary>
internal sealed class Tally
{
    private readonly SqliteStatement _addBlock;
    private readonly SqliteStatement _addMinute;
    private readonly SqliteStatement _addService;
    private readonly Dictionary<(BlockKind Kind, long Block), (long Min, long Max)> _blocks = [];
    private readonly Dictionary<Minute, long> _minutes = [];
    private readonly Dictionary<(long Service, RecordKind Kind), (long Count, long LastReceived)> _services = [];
    private Minute _lastMinute;
    private long _lastMinuteCount;

    public Tally(SqliteConnection connection)
    {
        _addBlock = connection.Prepare(
            """
            INSERT INTO blocks (kind, block, min_time, max_time) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET min_time=min(min_time, excluded.min_time), max_time=max(max_time, excluded.max_time)
            """);
        _addMinute = connection.Prepare(
            """
            INSERT INTO minutes (kind, minute, service, code, count) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO UPDATE SET count=count+excluded.count
            """);
        _addService = connection.Prepare(
            """
            INSERT INTO services (service, kind, count, last_received) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET count=count+excluded.count, last_received=max(last_received, excluded.last_received)
            """);
    }

    /// <summary>Counts one record.</summary>
    public void Count(RecordKind kind, long row, long time, long service, byte code, long received)
    {
        var block = (BlockKinds.Of(kind), row >> StoreSchema.BlockShift);
        ref var range = ref CollectionsMarshal.GetValueRefOrAddDefault(_blocks, block, out var known);
        range = known ? (Math.Min(range.Min, time), Math.Max(range.Max, time)) : (time, time);

        var minute = new Minute(kind, time / StoreTime.NanosecondsPerMinute, service, code);
        if (minute != _lastMinute)
        {
            FlushMinute();
            _lastMinute = minute;
        }

        _lastMinuteCount++;

        ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(_services, (service, kind), out _);
        seen = (seen.Count + 1, Math.Max(seen.LastReceived, received));
    }

    /// <summary>Writes what was counted, within the transaction at hand.</summary>
    public void Flush()
    {
        FlushMinute();
        foreach (var ((kind, block), (min, max)) in _blocks)
        {
            _addBlock.Bind(1, (long)kind);
            _addBlock.Bind(2, block);
            _addBlock.Bind(3, min);
            _addBlock.Bind(4, max);
            _addBlock.Run();
        }

        foreach (var (minute, count) in _minutes)
        {
            _addMinute.Bind(1, (long)minute.Kind);
            _addMinute.Bind(2, minute.Number);
            _addMinute.Bind(3, minute.Service);
            _addMinute.Bind(4, minute.Code);
            _addMinute.Bind(5, count);
            _addMinute.Run();
        }

        foreach (var ((service, kind), (count, lastReceived)) in _services)
        {
            _addService.Bind(1, service);
            _addService.Bind(2, (long)kind);
            _addService.Bind(3, count);
            _addService.Bind(4, lastReceived);
            _addService.Run();
        }

        _blocks.Clear();
        _minutes.Clear();
        _services.Clear();
    }

    /// <summary>Neighbours mostly fall into one minute; the dictionary is touched when they do not.</summary>
    private void FlushMinute()
    {
        if (_lastMinuteCount > 0)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_minutes, _lastMinute, out _);
            count += _lastMinuteCount;
            _lastMinuteCount = 0;
        }
    }

    private readonly record struct Minute(RecordKind Kind, long Number, long Service, byte Code);
}
