using System.Diagnostics.CodeAnalysis;
using Sluice.Buffers;

namespace Sluice.Journal;

/// <summary>Goes through the groups of all segments in their order and describes each.</summary>
internal sealed class GroupDump : IDisposable
{
    private readonly IJournalFiles _files;
    private readonly JournalDumpOptions _options;
    private readonly BufferPool _pool = new();

    /// <summary>Gets the names as the groups of one segment define them. Each segment begins with all of them, and one between may be gone.</summary>
    private JournalState _names;
    private LogGroup _changes;

    public GroupDump(IJournalFiles files, JournalDumpOptions options)
    {
        _files = files;
        _options = options;
        ForgetNames();
    }

    /// <summary>Describes each group that was asked for, until told to stop.</summary>
    /// <exception cref="JournalOpenException">There are no segments, or files of a later version.</exception>
    public void Run(Func<DumpedGroup, bool> onGroup)
    {
        using var found = JournalInspector.Repeat(_files, _ => OpenSegments());
        if (found.Segments.Count == 0 && !_files.List().Contains(DiskFormat.IdentityName))
        {
            throw new JournalOpenException($"There is no journal in {_files.Path}: it holds neither {DiskFormat.IdentityName} nor segments.");
        }

        for (var i = 0; i < found.Segments.Count; i++)
        {
            var following = i + 1 < found.Segments.Count ? found.Segments[i + 1].Header.FirstLsn : (ulong?)null;
            var (file, header) = found.Segments[i];
            if (!IsBeforeStart(following) && !Run(file, header, following, onGroup))
            {
                return;
            }
        }
    }

    public void Dispose()
    {
        _names.Groups.Return(_changes);
        _names.Groups.Close();
        _pool.Dispose();
    }

    [MemberNotNull(nameof(_names), nameof(_changes))]
    private void ForgetNames()
    {
        if (_names is not null)
        {
            _names.Groups.Return(_changes!);
            _names.Groups.Close();
        }

        _names = new JournalState(_pool, new StandingClock(DateTimeOffset.UnixEpoch), TimeSpan.MaxValue);
        _changes = _names.Groups.Take();
    }

    /// <exception cref="FileNotFoundException">A journal in use has taken a segment away meanwhile.</exception>
    private SegmentFiles OpenSegments()
    {
        var found = new SegmentFiles(_files, new NoticeList(), readOnly: true);
        try
        {
            // A file without a header is one that was let go, unless it holds groups behind the snapshot.
            var snapshotLsn = SnapshotFiles.NewestLsn(_files.List());
            found.Open(_files.List(), (_, highestLsn) => highestLsn > snapshotLsn);
            return found;
        }
        catch
        {
            found.Dispose();
            throw;
        }
    }

    /// <summary>Whether a whole segment comes before what was asked for.</summary>
    private bool IsBeforeStart(ulong? following) => _options.From is { Lsn: { } from } && following <= from;

    private bool Run(JournalFile file, in SegmentHeader header, ulong? following, Func<DumpedGroup, bool> onGroup)
    {
        ForgetNames();
        var scan = SegmentScan.Of(file, header, following);
        using var reader = new FrameReader(file, header.SegmentSize);
        foreach (var frame in scan.Frames)
        {
            var bytes = reader.At(frame.Offset, (int)frame.Header.Length);
            var problem = ReadChanges(frame.Header, bytes, out var written) ?? (frame.HasDamagedEntries ? "bytes of an entry do not match their checksum" : null);
            var time = frame.Header.ReceivedUnixNano != 0 ? frame.Header.ReceivedUnixNano : UnixNano.Of(written ?? DateTimeOffset.UnixEpoch);
            if (_options.To is { } to && !to.IsAfterStartOf(frame.Header, time))
            {
                // Times of receipt are not in order.
                if (to.UnixNano is null)
                {
                    return false;
                }

                continue;
            }

            if (_options.From is { } from && from.IsBehind(frame.Header, time))
            {
                continue;
            }

            var group = Describe(file, frame, bytes, written, problem);
            if ((_options.Topic is null || group.Entries.Count > 0) && !onGroup(group))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads the changes of a group into <see cref="_changes"/>, and the names that it defines.</summary>
    /// <returns>Why they cannot be read, or null.</returns>
    private string? ReadChanges(in FrameHeader header, ReadOnlySpan<byte> frame, out DateTimeOffset? written)
    {
        _changes.Reset();
        try
        {
            GroupCodec.Read(FrameBody.ChangesOf(header, frame), _names, _changes, out var ticks);
            written = new DateTimeOffset(ticks, TimeSpan.Zero);
        }
        catch (InvalidDataException exception)
        {
            written = null;
            return exception.Message;
        }

        // The name may be another consumer's from here on.
        foreach (var removal in _changes.Events.OfType<ConsumerRemoval>())
        {
            _names.Forget(removal.Consumer);
        }

        return null;
    }

    private DumpedGroup Describe(JournalFile file, in FrameRef frame, ReadOnlySpan<byte> bytes, DateTimeOffset? written, string? problem)
    {
        var header = frame.Header;
        return new DumpedGroup
        {
            Lsn = header.Lsn,
            Segment = file.Name,
            Offset = frame.Offset,
            Bytes = header.Length,
            Received = UnixNano.ToTime(header.ReceivedUnixNano),
            Written = written,
            FirstRecord = header.FirstRecord,
            Records = header.RecordCount,
            Entries = DescribeEntries(frame, bytes),
            Cursors = [.. _changes.Cursors.Select(move => new DumpedCursor(move.Consumer.Name, move.Cursor))],
            Puts = _changes.TableChanges.Count(change => !change.IsDelete),
            Deletes = _changes.TableChanges.Count(change => change.IsDelete),
            Changes = _options.WithChanges ? [.. _changes.TableChanges.Select(DescribeChange)] : null,
            Counters = [.. _changes.Deltas.Select(delta => new DumpedDelta(delta.Counter.Name, delta.Delta))],
            Events = [.. _changes.Releases.Select(Describe).Concat(_changes.Events.Select(Describe))],
            Context = _options.WithPayload ? FrameBody.ContextOf(header, bytes).ToArray() : null,
            Problem = problem,
        };
    }

    private List<DumpedEntry> DescribeEntries(in FrameRef frame, ReadOnlySpan<byte> bytes)
    {
        var index = new List<IndexEntry>();
        FrameBody.CollectEntries(frame, bytes, index);
        var entries = new List<DumpedEntry>(index.Count);
        foreach (var entry in index)
        {
            var topic = entry.Topic < _names.Topics.Length ? _names.Topics[entry.Topic].Name : $"#{entry.Topic}";
            if (_options.Topic is null || _options.Topic == topic)
            {
                var payload = _options.WithPayload ? bytes.Slice(entry.DataOffset - frame.Offset, entry.DataLength).ToArray() : null;
                entries.Add(new DumpedEntry(topic, new RecordId(frame.Header.Epoch, entry.FirstSequence), entry.RecordCount, entry.DataLength) { Payload = payload });
            }
        }

        return entries;
    }

    private DumpedChange DescribeChange(LogGroup.TableChange change) =>
        new(change.Table.Name, _changes.KeyOf(change).ToArray(), change.IsDelete ? null : change.ValueLength);

    private static string Describe(Release release)
    {
        var text = $"consumer '{release.Consumer.Name}' lets go of";
        if (release.ReleasedThrough != default)
        {
            text += $" what it read before {release.ReleasedThrough}";
        }

        return release.DroppedThrough == default ? text : $"{text}{(release.ReleasedThrough == default ? "" : ", and")} unread entries before {release.DroppedThrough}, counted as dropped";
    }

    private static string Describe(StateEvent change) => change switch
    {
        ConsumerOpening opening => $"consumer '{opening.Consumer.Name}' is opened for {string.Join(", ", opening.Topics.Select(topic => topic.Name))}",
        ConsumerRemoval removal => $"consumer '{removal.Consumer.Name}' is removed",
        ConsumerAbandonment abandonment => $"consumer '{abandonment.Consumer.Name}' is abandoned",
        TableLimit limit => $"table '{limit.Table.Name}' may hold {limit.MaxEntries} entries{(limit.ExpiryTicks is { } ticks ? $" for {TimeSpan.FromTicks(ticks)}" : "")}",
        _ => throw new ArgumentException($"There is no way to describe {change}.", nameof(change)),
    };
}
