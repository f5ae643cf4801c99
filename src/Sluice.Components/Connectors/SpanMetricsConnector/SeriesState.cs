using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Sluice.Buffers;
using Sluice.Components.Connectors.Metering;
using Sluice.Components.Connectors.SpanMetricsConnector.Series;
using Sluice.Journal;
using Sluice.Runtime.Stateful;

namespace Sluice.Components.Connectors.SpanMetricsConnector;

/// <summary>
/// The state in the table of the connector: what makes the series, resources, series by number, and, apart from them since they alone change, what
/// was counted. A state that other options made is given up, and everything begins anew.
/// </summary>
internal sealed class SeriesState(SpanMetricsConnectorOptions options, BufferPool pool) : IDisposable
{
    private const byte OptionsKey = 0;
    private const byte GroupKey = 1;
    private const byte SeriesKey = 2;
    private const byte CountsKey = 3;
    private const byte EmittedKey = 4;

    private readonly byte[] _fingerprint = Encoding.UTF8.GetBytes(Describe(options));
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
            var series = store.Add(group, (SeriesKind)state.Byte(), state.Bytes(), state.Bytes(), IdOf(key));
            series.IsKnown = true;
            if (table.TryGet(Key(CountsKey, series.Id), out var counts))
            {
                var reader = new StateReader(counts.Span);
                series.Load(ref reader);
                group.SeenUnixNano = Math.Max(group.SeenUnixNano, series.SeenUnixNano);
            }
        }

        RestoreEmitted(table, store);
        return true;
    }

    /// <summary>Notes that something is given out: of all resources by their number this one and those before, of its series this one and those before.</summary>
    public void MarkEmitted(SpanSeries last, long unixNano, StatefulOutput output)
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

        foreach (var key in _stale)
        {
            output.Delete(key.Span);
        }

        _stale.Clear();
        output.Put([OptionsKey], _fingerprint);
        _isDescribed = true;
    }

    /// <summary>Writes a series as it is now.</summary>
    public void Save(SpanSeries series, StatefulOutput output)
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
            _state.Byte((byte)series.Kind);
            _state.Bytes(series.Key);
            _state.Bytes(series.Attributes);
            output.Put(Key(SeriesKey, series.Id), _state.Written);
            series.IsKnown = true;
        }

        series.Covers = output.Position;
        series.IsChanged = false;
        _state.Begin();
        series.Save(_state);
        output.Put(Key(CountsKey, series.Id), _state.Written);
    }

    /// <summary>Takes a series out.</summary>
    public static void Delete(SpanSeries series, StatefulOutput output)
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

    /// <summary>What a state depends on: options that only say when and under which names something is given out do not count.</summary>
    private static string Describe(SpanMetricsConnectorOptions options)
    {
        var text = new StringBuilder("2");
        AddDimensions("dimensions", options.Dimensions);
        AddDimensions("calls", options.CallsDimensions);
        AddDimensions("durations", options.Histogram.Dimensions);
        AddDimensions("events", options.Events.Enabled ? options.Events.Dimensions : []);
        Add("without", options.ExcludeDimensions.Order(StringComparer.Ordinal));
        Add("scopes", options.IncludeInstrumentationScope.Order(StringComparer.Ordinal));
        Add("resources", options.ResourceMetricsKeyAttributes.Order(StringComparer.Ordinal));
        text.Append(CultureInfo.InvariantCulture, $"|{options.AddResourceAttributes}|{options.AggregationTemporality}|{options.Events.Enabled}|{options.Histogram.Disable}|{options.Histogram.Unit}|{options.EnableMetricsSamplingMethod}");
        text.Append(CultureInfo.InvariantCulture, $"|{options.Histogram.Exponential?.MaxSize}");
        Add("bounds", (options.Histogram.Explicit ?? new ExplicitOptions()).Buckets.Select(bound => bound.Ticks.ToString(CultureInfo.InvariantCulture)));
        return text.ToString();

        void Add(string name, IEnumerable<string> values) =>
            text.Append('|').Append(name).Append('=').AppendJoin(',', values.Select(value => $"{value.Length.ToString(CultureInfo.InvariantCulture)}:{value}"));

        void AddDimensions(string name, IEnumerable<DimensionOptions> dimensions) =>
            Add(name, dimensions.Select(dimension => $"{dimension.Name}={(dimension.Default is null ? "-" : "+" + dimension.Default)}"));
    }
}
