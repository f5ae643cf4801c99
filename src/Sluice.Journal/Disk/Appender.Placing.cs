namespace Sluice.Journal;

/// <content>Giving groups their places: in the segment that is being written, in the next one, or in none.</content>
internal sealed partial class Appender
{
    private const int MaxAttempts = 3;

    /// <summary>Gives a group its place, or refuses it.</summary>
    /// <returns>False, with nothing done, when there is no space for it now.</returns>
    private bool TryPlace(AppendRequest request)
    {
        if (RefuseAtLimit(request))
        {
            return true;
        }

        bool isKept;
        lock (_context.Gate)
        {
            isKept = _state.HasReaders(request.Group);
        }

        request.IsKept = isKept;
        if (!TryFit(request))
        {
            return false;
        }

        if (!_writer!.HasRoom(FrameLength(request), request.Group.Entries.Count))
        {
            Refuse(
                request,
                CommitStatus.TooLarge,
                TimeSpan.Zero,
                $"the group takes {FrameLength(request)} bytes with its changes, which no segment of {_segmentSize} bytes holds");
            return true;
        }

        lock (_context.Gate)
        {
            _state.Admit(request.Group);
        }

        Place(request);

        // What comes behind such a group is to be seen with its eyes: whether entries are kept depends on who subscribes.
        if (request.Group.Events.Count > 0 || _writer!.Composed > MaxBatch)
        {
            WriteBatch();
        }

        return true;
    }

    /// <summary>Encodes the group's changes and finds a segment that it fits into.</summary>
    private bool TryFit(AppendRequest request)
    {
        if (_writer is not null && (request.Kind == CommitKind.Internal || HasReserve()))
        {
            Encode(request);
            if (_writer.HasRoom(FrameLength(request), request.Group.Entries.Count))
            {
                return true;
            }
        }
        else if (_writer is not null)
        {
            return false;
        }

        // Spares that an opening found may be short, and so is the reserve.
        for (var rolls = 0; rolls <= Maintenance.MaxSpares; rolls++)
        {
            WriteBatch();
            if (!Roll(request.Kind, isSmall: !request.IsKept))
            {
                return false;
            }

            Encode(request);
            if (!_writer!.IsShort(_segmentSize) || _writer.HasRoom(FrameLength(request), request.Group.Entries.Count))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether intake may go on in a segment that was begun from the reserve.</summary>
    private bool HasReserve()
    {
        _isReserveInUse = _isReserveInUse && !_maintenance.HasReserve && !HasSpace();
        return !_isReserveInUse;
    }

    private void Encode(AppendRequest request)
    {
        request.NowTicks = _context.Time.GetUtcNow().UtcTicks;
        _changes.Clear();
        _encoded = _defined;
        lock (_context.Gate)
        {
            GroupCodec.Write(request.Group, _state, ref _encoded, request.NowTicks, _changes);
        }
    }

    private long FrameLength(AppendRequest request) =>
        FrameHeader.Size + (long)_changes.Length + (request.IsKept ? request.Group.EntriesSpan.Length + request.Group.ContextSpan.Length : 0);

    private void Place(AppendRequest request)
    {
        request.Lsn = _nextLsn++;
        request.First = new RecordId(_state.Epoch, _nextSequence);
        _nextSequence += (ulong)request.Group.RecordCount;
        _writer!.Compose(request, _durableLsn, _changes.WrittenSpan);
        _defined = _encoded;
        _batch.Add(request);
    }

    /// <summary>Begins a new segment.</summary>
    /// <param name="kind">For which kind of group.</param>
    /// <param name="isSmall">Whether that has no entries: cursors and tables, which free more than they take.</param>
    /// <returns>False when there is no space for one, or none that this kind may use.</returns>
    private bool Roll(CommitKind kind, bool isSmall)
    {
        // What was free when it was counted may have become the reserve: then it is counted again.
        JournalFile? file = null;
        for (var attempt = 0; file is null && attempt < MaxAttempts; attempt++)
        {
            if (!HasSpace() && kind == CommitKind.Intake)
            {
                return false;
            }

            file = _maintenance.Take(kind == CommitKind.Internal, beyondLimit: kind == CommitKind.Internal && isSmall);
        }

        if (file is null)
        {
            Volatile.Write(ref _spaceProblem, _maintenance.Problem);
            return false;
        }

        Volatile.Write(ref _spaceProblem, null);
        if (_writer is not null)
        {
            RetireWriter();
        }

        var segment = new DiskSegment(file, NewHeader(file), _context);
        lock (_context.Gate)
        {
            _log.Add(segment);
        }

        _isReserveInUse = kind == CommitKind.Internal;
        _isNextAsked = false;
        _writer = new SegmentWriter(segment, _context);
        _writer.Begin();
        _defined = default;
        PlaceOwn();
        return true;
    }

    private SegmentHeader NewHeader(JournalFile file)
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        Random.Shared.NextBytes(random);
        return new SegmentHeader
        {
            JournalId = _journalId,
            Incarnation = BitConverter.ToUInt64(random) | 1,
            Number = _nextNumber++,
            Epoch = _state.Epoch,
            FirstLsn = _nextLsn,
            FirstSequence = _nextSequence,
            SegmentSize = (int)file.Length,
        };
    }

    /// <summary>
    /// Whether there is space for another segment, or will be when what nobody needs is taken away. Lets consumers that permit it drop their
    /// oldest backlog, by whole segments, if that makes enough of them free.
    /// </summary>
    private bool HasSpace()
    {
        lock (_context.Gate)
        {
            var missing = _maintenance.MissingBytes;
            if (_log.UnneededBytes + _log.DroppableBytes < missing)
            {
                return false;
            }

            while (_log.UnneededBytes < missing && _log.FindDroppable() is { } segment)
            {
                _state.DropThrough(segment);
            }

            return _log.UnneededBytes >= missing;
        }
    }

    /// <summary>Places a group of the journal's own: the definitions of all names not yet defined in the segment, and what consumers dropped.</summary>
    private void PlaceOwn()
    {
        var request = _requests.Take();
        var group = _ownGroup ?? _state.Groups.Take();
        _ownGroup = null;
        lock (_context.Gate)
        {
            _state.TakeReleases(group);
        }

        request.Start(group, CommitKind.Internal, isOwn: true);
        request.IsKept = false;
        Encode(request);
        Place(request);
    }

    /// <summary>Writes down what consumers dropped, before any later group could move their cursors over it.</summary>
    private void WriteReleases()
    {
        bool hasReleases;
        lock (_context.Gate)
        {
            hasReleases = _state.HasReleases || _ownGroup is not null;
        }

        if (!hasReleases)
        {
            return;
        }

        // Without a segment they go with the first group of the next one.
        if (_writer is not null && _writer.HasRoom(DiskFormat.BlockSize, 0))
        {
            PlaceOwn();
            WriteBatch();
        }
    }
}
