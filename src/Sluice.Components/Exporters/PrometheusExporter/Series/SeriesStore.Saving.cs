using System.Buffers.Binary;
using System.Text;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <content>
/// Sums of deltas outlive the process: their series are saved in a table of the journal's, in one group with the cursor. Its entries are sources,
/// their streams, the series of these, and the sum of each: the last alone change with every batch. An entry is deleted with the last that
/// refers to it.
/// </content>
internal sealed partial class SeriesStore
{
    /// <summary>Bytes of changes that are committed together in any case; see <see cref="Runtime.Delivery.DeliveryOutcome.DeliveredWith"/>.</summary>
    public const int ChangesSize = 2 << 20;

    private const int KeyLength = 1 + sizeof(ulong);

    private const byte StaleFlag = 1;
    private const byte UnknownStartFlag = 2;
    private const byte BegunAnewFlag = 4;

    private readonly List<MetricPoint> _changed = [];
    private readonly List<(SavedKind Kind, ulong Id)> _unsaved = [];

    /// <summary>Sums whose place something else took. They are deleted with the cursor: until then the records come again that it came after.</summary>
    private readonly List<SavedSum> _replaced = [];
    private readonly ByteScratch _saved = new();
    private JournalTable? _table;
    private ulong _lastSavedId;

    /// <summary>What an entry is, and the first byte of its key; the others are a number.</summary>
    private enum SavedKind : byte
    {
        Source = (byte)'r',
        Stream = (byte)'m',
        Series = (byte)'s',
        Sum = (byte)'v',
    }

    /// <summary>Takes what was saved; from then on changes are gathered for <see cref="TakeChanges"/>. Once, before the first batch.</summary>
    /// <param name="table">Where it is saved.</param>
    /// <param name="isCaughtUp">Whether all that came before and was not saved has come again. Asked under the lock of the store.</param>
    public void Restore(JournalTable table, Func<bool> isCaughtUp)
    {
        lock (_lock)
        {
            (_table, _isCaughtUp) = (table, isCaughtUp);
            var saved = Read(table);
            ResumeClock(saved[SavedKind.Sum].Values.Select(sum => SeenMs(sum.Span)).DefaultIfEmpty().Max());
            var streams = RestoreStreams(saved);
            foreach (var (id, series) in saved[SavedKind.Series])
            {
                var isWhole = saved[SavedKind.Sum].Remove(id, out var sum);
                if (!isWhole || !RestoreSeries(id, series.Span, sum.Span, streams))
                {
                    Forget(SavedKind.Series, id);
                    Forget(SavedKind.Sum, id);
                }
            }

            foreach (var id in saved[SavedKind.Sum].Keys)
            {
                Forget(SavedKind.Sum, id);
            }

            foreach (var stream in streams.Values)
            {
                if (stream.SavedSeries == 0)
                {
                    Unsave(stream);
                }
            }
        }
    }

    /// <summary>What changed of what is saved since the last call. Owned by the caller.</summary>
    /// <param name="pool">Where memory comes from.</param>
    /// <param name="covered">The position behind all records that were added.</param>
    /// <param name="size">Bytes of changes that are committed together in any case.</param>
    public List<TableChanges> TakeChanges(BufferPool pool, RecordId covered, int size = ChangesSize)
    {
        var changes = new List<TableChanges>();
        Span<byte> key = stackalloc byte[KeyLength];
        lock (_lock)
        {
            foreach (var (kind, id) in _unsaved)
            {
                Next().Delete(KeyOf(key, kind, id));
            }

            _unsaved.Clear();
            foreach (var point in _changed)
            {
                // One that was forgotten meanwhile is changed no more.
                if (point.Saved is { ChangedBy: { } stream } saved)
                {
                    Save(point, saved, stream, covered, Next());
                    saved.ChangedBy = null;
                }
            }

            _changed.Clear();
            foreach (var saved in _replaced)
            {
                Unsave(saved);
            }

            _replaced.Clear();
            foreach (var (kind, id) in _unsaved)
            {
                (changes.Count > 0 ? changes[^1] : Next()).Delete(KeyOf(key, kind, id));
            }

            _unsaved.Clear();
        }

        return changes;

        TableChanges Next()
        {
            if (changes.Count == 0 || changes[^1].Length >= size)
            {
                changes.Add(new TableChanges(_table!, pool, "sums of deltas"));
            }

            return changes[^1];
        }
    }

    private void NoteChange(MetricPoint point, MetricStream stream)
    {
        if (_table is null)
        {
            return;
        }

        if (!stream.IsDelta)
        {
            // A cumulative source may have taken the series over.
            Replace(point);
            return;
        }

        var saved = point.Saved ??= new SavedSum();
        if (saved.ChangedBy is null)
        {
            _changed.Add(point);
        }

        if (saved.Stream is null && saved.ChangedBy != stream)
        {
            saved.Attributes = _reader.Key.Span.ToArray();
        }

        saved.ChangedBy = stream;
    }

    private void Save(MetricPoint point, SavedSum saved, MetricStream stream, RecordId covered, TableChanges changes)
    {
        Span<byte> key = stackalloc byte[KeyLength];
        if (saved.Stream is null)
        {
            Save(stream, changes);
            (saved.Stream, saved.Id) = (stream, ++_lastSavedId);
            stream.SavedSeries++;
            _saved.Clear();
            _saved.Append(stream.SavedId);
            _saved.Append(saved.Attributes);
            saved.Attributes = null;
            changes.Put(KeyOf(key, SavedKind.Series, saved.Id), _saved.Span);
        }

        _saved.Clear();
        _saved.Append((ulong)point.SeenMs);
        _saved.Append(covered.Epoch);
        _saved.Append(covered.Sequence);
        _saved.Append(point.StartUnixNano);
        _saved.Append(point.TimeUnixNano);
        _saved.Append((byte)((point.IsStale ? StaleFlag : 0) | (point.IsStartUnknown ? UnknownStartFlag : 0) | (point.HasBegunAnew ? BegunAnewFlag : 0)));
        point.Save(_saved);
        changes.Put(KeyOf(key, SavedKind.Sum, saved.Id), _saved.Span);
    }

    private void Save(MetricStream stream, TableChanges changes)
    {
        if (stream.SavedId != 0)
        {
            return;
        }

        Span<byte> key = stackalloc byte[KeyLength];
        var source = stream.Source;
        if (source.SavedId == 0)
        {
            source.SavedId = ++_lastSavedId;
            changes.Put(KeyOf(key, SavedKind.Source, source.SavedId), source.Key);
        }

        source.SavedStreams++;
        stream.SavedId = ++_lastSavedId;
        _saved.Clear();
        _saved.Append(source.SavedId);
        _saved.Append((byte)stream.Kind);
        _saved.Append((byte)(stream.IsMonotonic ? 1 : 0));
        foreach (var text in (ReadOnlySpan<byte[]>)[Encoding.UTF8.GetBytes(stream.Name), stream.Unit, Encoding.UTF8.GetBytes(stream.Family!.Help)])
        {
            _saved.Append(text.Length);
            _saved.Append(text);
        }

        changes.Put(KeyOf(key, SavedKind.Stream, stream.SavedId), _saved.Span);
    }

    private void Unsave(MetricPoint point)
    {
        if (point.Saved is { Stream: not null } saved)
        {
            Unsave(saved);
        }

        point.Saved = null;
    }

    private void Unsave(SavedSum saved)
    {
        Forget(SavedKind.Series, saved.Id);
        Forget(SavedKind.Sum, saved.Id);
        if (--saved.Stream!.SavedSeries == 0)
        {
            Unsave(saved.Stream);
        }
    }

    /// <summary>Lets something else take the place of a sum that was saved.</summary>
    private void Replace(MetricPoint point)
    {
        if (point.Saved is { Stream: not null } saved)
        {
            _replaced.Add(saved);
        }

        point.Saved = null;
    }

    private void Unsave(MetricStream stream)
    {
        Forget(SavedKind.Stream, stream.SavedId);
        stream.SavedId = 0;
        if (--stream.Source.SavedStreams == 0)
        {
            Forget(SavedKind.Source, stream.Source.SavedId);
            stream.Source.SavedId = 0;
        }
    }

    private void Forget(SavedKind kind, ulong id) => _unsaved.Add((kind, id));

    private static ReadOnlySpan<byte> KeyOf(Span<byte> key, SavedKind kind, ulong id)
    {
        key[0] = (byte)kind;
        BinaryPrimitives.WriteUInt64LittleEndian(key[1..], id);
        return key;
    }
}
