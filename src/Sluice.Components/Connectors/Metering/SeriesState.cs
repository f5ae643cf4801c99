using System.Buffers.Binary;
using System.Text;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Stateful;

namespace Sluice.Components.Connectors.Metering;

/// <summary>
/// The state in the table of the connector: what makes the series, resources, series by number, and, apart from them since they alone change, what
/// was counted. A state that other options made is given up, and everything begins anew.
/// </summary>
/// <param name="fingerprint">What makes the series, as text: where it is another, so are they.</param>
/// <param name="pool">Where buffers come from.</param>
internal sealed class SeriesState(string fingerprint, BufferPool pool) : IDisposable
{
    private const byte OptionsKey = 0;
    private const byte GroupKey = 1;
    private const byte SeriesKey = 2;
    private const byte CountsKey = 3;
    private const byte EmittedKey = 4;

    private readonly byte[] _fingerprint = Encoding.UTF8.GetBytes(fingerprint);
    private readonly StateWriter _state = new(pool);
    private readonly List<ReadOnlyMemory<byte>> _stale = [];
    private bool _isDescribed;

    /// <summary>Fills a store.</summary>
    /// <returns>False when there was a state that other options made.</returns>
    public bool Restore(JournalTable table, SeriesStore store)
    {
        var entries = table.Snapshot();
        _isDescribed = table.TryGet([OptionsKey], out var described) && described.Span.SequenceEqual(_fingerprint);
        if (!_isDescribed)
        {
            _stale.AddRange(entries.Select(entry => entry.Key));
            return entries.Count == 0;
        }

        var groups = new Dictionary<uint, ResourceGroup>();
        foreach (var (key, value) in entries.Where(entry => entry.Key.Span[0] == GroupKey))
        {
            var state = new StateReader(value.Span);
            var id = IdOf(key);
            var group = store.AddGroup(state.Bytes(), state.Bytes(), id);
            group.IsKnown = true;
            groups.Add(id, group);
        }

        foreach (var (key, value) in entries.Where(entry => entry.Key.Span[0] == SeriesKey).OrderBy(entry => IdOf(entry.Key)))
        {
            var state = new StateReader(value.Span);
            var group = groups[(uint)state.Varint()];
            var series = store.Add(group, (int)state.Varint(), state.Bytes(), state.Bytes(), IdOf(key));
            series.IsKnown = true;
            if (table.TryGet(Key(CountsKey, series.Id), out var counts))
            {
                var reader = new StateReader(counts.Span);
                series.Load(ref reader);
                store.CoveredUntil = series.Covers > store.CoveredUntil ? series.Covers : store.CoveredUntil;
                group.SeenUnixNano = Math.Max(group.SeenUnixNano, series.SeenUnixNano);
            }
        }

        RestoreEmitted(table, store);
        return true;
    }

    /// <summary>Notes that something is given out: of all resources by their number this one and those before, of its series this one and those before.</summary>
    public void MarkEmitted(MeteredSeries last, long unixNano, StatefulOutput output)
    {
        _state.Begin();
        _state.Fixed64((ulong)unixNano);
        _state.Varint(last.Group.Id);
        _state.Varint(last.Id);
        output.Put([EmittedKey], _state.Written);
    }

    /// <summary>Writes what stands before all series: the options, and the end of a state that others made.</summary>
    public void Begin(StatefulOutput output)
    {
        if (_isDescribed)
        {
            return;
        }

        Delete(_stale, output);
        _stale.Clear();
        output.Put([OptionsKey], _fingerprint);
        _isDescribed = true;
    }

    /// <summary>Writes a series as it is now.</summary>
    public void Save(MeteredSeries series, StatefulOutput output)
    {
        var group = series.Group;
        if (!group.IsKnown)
        {
            _state.Begin();
            _state.Bytes(group.Key);
            _state.Bytes(group.Resource);
            output.Put(Key(GroupKey, group.Id), _state.Written);
            group.IsKnown = true;
        }

        if (!series.IsKnown)
        {
            _state.Begin();
            _state.Varint(group.Id);
            _state.Varint((ulong)series.KindNumber);
            _state.Bytes(series.Key);
            _state.Bytes(series.Attributes);
            output.Put(Key(SeriesKey, series.Id), _state.Written);
            series.IsKnown = true;
        }

        // While records come again that it has already, it has them still.
        series.Covers = output.Position > series.Covers ? output.Position : series.Covers;
        series.IsChanged = false;
        _state.Begin();
        series.Save(_state);
        output.Put(Key(CountsKey, series.Id), _state.Written);
    }

    /// <summary>Takes out a state that is given up: first what says how it was made, so that nobody takes up the rest where that comes after a crash.</summary>
    public static void Delete(IReadOnlyList<ReadOnlyMemory<byte>> stale, StatefulOutput output)
    {
        if (stale.Count > 0)
        {
            output.Delete([OptionsKey]);
        }

        foreach (var key in stale)
        {
            output.Delete(key.Span);
            output.EndPart();
        }
    }

    /// <summary>Takes a series out.</summary>
    public static void Delete(MeteredSeries series, StatefulOutput output)
    {
        if (series.IsKnown)
        {
            output.Delete(Key(SeriesKey, series.Id));
            output.Delete(Key(CountsKey, series.Id));
        }
    }

    /// <summary>Takes a resource out.</summary>
    public static void Delete(ResourceGroup group, StatefulOutput output)
    {
        if (group.IsKnown)
        {
            output.Delete(Key(GroupKey, group.Id));
        }
    }

    public void Dispose() => _state.Dispose();

    /// <summary>Takes up what was given out in parts that were committed before a crash, of a time that was not given out to its end.</summary>
    private static void RestoreEmitted(JournalTable table, SeriesStore store)
    {
        if (!table.TryGet([EmittedKey], out var value))
        {
            return;
        }

        var state = new StateReader(value.Span);
        var unixNano = (long)state.Fixed64();
        var (lastGroup, lastSeries) = (state.Varint(), state.Varint());
        foreach (var group in store.Groups.Where(group => group.Id <= lastGroup))
        {
            foreach (var series in group.Series.Where(series => group.Id < lastGroup || series.Id <= lastSeries))
            {
                series.EmittedUnixNano = unixNano;
            }
        }
    }

    private static byte[] Key(byte kind, uint id)
    {
        var key = new byte[1 + sizeof(uint)];
        key[0] = kind;
        BinaryPrimitives.WriteUInt32BigEndian(key.AsSpan(1), id);
        return key;
    }

    private static uint IdOf(ReadOnlyMemory<byte> key) => BinaryPrimitives.ReadUInt32BigEndian(key.Span[1..]);
}
