using System.Buffers.Binary;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Journal;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <content>Reads back what was saved. What the configuration has no place for any more is forgotten.</content>
internal sealed partial class SeriesStore
{
    /// <summary>All entries by kind, in the order in which they were made.</summary>
    private Dictionary<SavedKind, SortedDictionary<ulong, ReadOnlyMemory<byte>>> Read(JournalTable table)
    {
        var saved = Enum.GetValues<SavedKind>().ToDictionary(kind => kind, _ => new SortedDictionary<ulong, ReadOnlyMemory<byte>>());
        foreach (var (key, value) in table.Snapshot())
        {
            var id = BinaryPrimitives.ReadUInt64LittleEndian(key.Span[1..]);
            saved[(SavedKind)key.Span[0]].Add(id, value);
            _lastSavedId = Math.Max(_lastSavedId, id);
        }

        return saved;
    }

    private SortedDictionary<ulong, MetricStream> RestoreStreams(Dictionary<SavedKind, SortedDictionary<ulong, ReadOnlyMemory<byte>>> saved)
    {
        var sources = new Dictionary<ulong, MetricSource>();
        foreach (var (id, key) in saved[SavedKind.Source])
        {
            var reader = new SavedReader(key.Span);
            var resource = reader.ReadBytes();
            var scope = reader.ReadBytes();
            sources[id] = SourceOf(resource, scope, reader.Rest);
            sources[id].SavedId = id;
        }

        var streams = new SortedDictionary<ulong, MetricStream>();
        foreach (var (id, head) in saved[SavedKind.Stream])
        {
            var reader = new SavedReader(head.Span);
            var source = sources.GetValueOrDefault(reader.ReadLong());
            var (kind, isMonotonic) = ((DataKind)reader.ReadByte(), reader.ReadByte() != 0);
            var metric = new MetricHead
            {
                Name = reader.ReadBytes(),
                Unit = reader.ReadBytes(),
                Description = reader.ReadBytes(),
                Kind = kind,
                HasData = true,
                Temporality = MetricHead.Delta,
                IsMonotonic = isMonotonic,
            };
            if (source is null || StreamOf(source, in metric) is not { Family: not null } stream)
            {
                Forget(SavedKind.Stream, id);
                continue;
            }

            stream.SavedId = id;
            source.SavedStreams++;
            streams[id] = stream;
        }

        foreach (var (id, source) in sources)
        {
            if (source.SavedStreams == 0)
            {
                Forget(SavedKind.Source, id);
                source.SavedId = 0;
            }
        }

        return streams;
    }

    /// <returns>False when there is no place for it.</returns>
    private bool RestoreSeries(ulong id, ReadOnlySpan<byte> series, ReadOnlySpan<byte> sum, SortedDictionary<ulong, MetricStream> streams)
    {
        // The clock stood still without a process, which is nobody's silence: what counts is how long before the last data point of all that of this one
        // came. One that is too old by that may have got another whose sum was not committed: it is there for that to come again, and expires if none does.
        var seenMs = SeenMs(sum);
        if (!streams.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(series), out var stream))
        {
            return false;
        }

        _reader.Key.Clear();
        _reader.Key.Append(series[sizeof(ulong)..]);
        var reader = new SavedReader(sum);
        reader.ReadLong();
        _position = new RecordId(reader.ReadLong(), reader.ReadLong());

        // When it was killed in the midst of a commit, the one that this one replaced may be there still: the later of both counts.
        if (FindOrCreate(stream, isRestored: true) is not { } point)
        {
            return false;
        }

        Replace(point);
        point.SeenMs = seenMs;
        point.Saved = new SavedSum { Id = id, Stream = stream, Covered = _position };
        var (start, time, flags) = (reader.ReadLong(), reader.ReadLong(), reader.ReadByte());
        point.BeginAsSaved(start, (flags & UnknownStartFlag) != 0, (flags & BegunAnewFlag) != 0);
        (point.TimeUnixNano, point.IsStale) = (time, (flags & StaleFlag) != 0);
        point.Restore(ref reader);
        if (!reader.IsValid)
        {
            point.Saved = null;
            Remove(point);
            return false;
        }

        stream.SavedSeries++;
        return true;
    }

    private static long SeenMs(ReadOnlySpan<byte> sum) => BinaryPrimitives.ReadInt64LittleEndian(sum);
}
