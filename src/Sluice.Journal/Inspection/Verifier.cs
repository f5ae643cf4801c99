namespace Sluice.Journal;

/// <summary>Reads every byte of a journal: identity, snapshots, segments; and opens it for a look, to say what an opening would lose.</summary>
internal sealed class Verifier(IJournalFiles files, TimeProvider time)
{
    private const string KeepCopy = "keep a copy of the directory; the next snapshot of a running Sluice writes both copies anew";

    private readonly VerificationCounts _counts = new();
    private readonly long _started = time.GetTimestamp();

    /// <summary>Verifies once.</summary>
    /// <param name="isLast">Whether to say what was found even if the journal changed meanwhile.</param>
    /// <returns>Null when there are faults that may come from the change.</returns>
    public JournalVerification? TryRun(bool isLast)
    {
        var signatures = SegmentSignatures.Of(files);
        using var look = new JournalLook(files, new StandingClock(time.GetUtcNow()));
        var canOpen = TryOpen(look);
        VerifyIdentity();
        VerifySnapshots(look.Recovery.Id);
        VerifySegments(look, canOpen);
        var isDoubtful = _counts.Faults.Count > 0 && JournalHolder.Of(files.Path) is not null && HaveFilesChanged(signatures);
        return isDoubtful && !isLast ? null : Describe(look, canOpen, !isDoubtful);
    }

    /// <summary>Finds what an opening would find. What keeps it from opening is a fault, and the files are read all the same.</summary>
    private bool TryOpen(JournalLook look)
    {
        try
        {
            look.Run();
            return true;
        }
        catch (JournalOpenException exception)
        {
            if (!files.List().Any(name => name == DiskFormat.IdentityName || name.Contains(DiskFormat.SegmentExtension, StringComparison.Ordinal)))
            {
                throw;
            }

            _counts.Report(null, null, exception.Message, "the journal cannot be opened", "what the message says");
            return false;
        }
    }

    /// <summary>Segments taken away, or snapshots replaced, while they were looked at.</summary>
    private bool HaveFilesChanged(SegmentSignatures signatures) =>
        signatures.HaveChanged() || _counts.Faults.Any(fault => fault.File is not null && !files.List().Contains(fault.File));

    private JournalVerification Describe(JournalLook look, bool canOpen, bool isConsistent) => new()
    {
        Directory = files.Path,
        JournalId = look.Recovery.Id == Guid.Empty ? null : look.Recovery.Id,
        Holder = JournalHolder.Of(files.Path),
        IsConsistent = isConsistent,
        Segments = _counts.Segments,
        SealedSegments = _counts.Sealed,
        SpareFiles = _counts.Spares,
        Snapshots = _counts.Snapshots,
        Groups = _counts.Groups,
        Entries = _counts.Entries,
        Records = _counts.Records,
        Bytes = _counts.Bytes,
        TornBytes = _counts.TornBytes,
        LostRecords = canOpen ? look.Recovery.LostRecords : null,
        Seconds = time.GetElapsedTime(_started).TotalSeconds,
        Faults = _counts.Faults,
    };

    private void VerifyIdentity()
    {
        const string Loses = "nothing: every segment and snapshot carries the id, too";
        const string Remedy = "start Sluice, which writes it again";
        if (!files.List().Contains(DiskFormat.IdentityName))
        {
            _counts.Report(DiskFormat.IdentityName, null, "the file is missing", Loses, Remedy);
            return;
        }

        try
        {
            if (JournalIdentity.Read(files) is null)
            {
                _counts.Report(DiskFormat.IdentityName, 0, "the file does not match its checksum", Loses, Remedy);
            }
        }
        catch (JournalOpenException exception)
        {
            _counts.Report(DiskFormat.IdentityName, 0, exception.Message, "the journal cannot be opened", "what the message says");
        }
    }

    private void VerifySnapshots(Guid id)
    {
        var names = SnapshotFiles.Newest(files.List()).ToArray();
        var snapshots = new SnapshotFiles(files, id);
        var whole = new List<string>();
        foreach (var name in names)
        {
            if (IsUnfinished(name))
            {
                continue;
            }

            _counts.Snapshots++;
            try
            {
                if (VerifySnapshot(snapshots, name))
                {
                    whole.Add(name);
                }
            }
            catch (JournalOpenException exception)
            {
                _counts.Report(name, 0, exception.Message, "the journal cannot be opened", "what the message says");
            }
        }

        // In use, the second one may be on its way.
        if (whole.Count == 1 && _counts.Snapshots == 1 && JournalHolder.Of(files.Path) is null)
        {
            _counts.Report(
                whole[0], null, "this is the only copy of the snapshot", "nothing, unless that copy is damaged, too", KeepCopy);
        }
    }

    /// <summary>Whether a snapshot was not written to its end, which is when it gets its header: it is being written, or a crash left it. No fault.</summary>
    private bool IsUnfinished(string name)
    {
        using var file = files.Open(name, JournalFileAccess.Read);
        _counts.Bytes += file.Length;
        Span<byte> block = stackalloc byte[SnapshotHeader.Size];
        var read = file.Read(0, block);
        return SnapshotHeader.Read(block[..read], out _) == FileHeaderState.Blank;
    }

    /// <returns>Whether every byte of it is as it was written.</returns>
    private bool VerifySnapshot(SnapshotFiles snapshots, string name)
    {
        using var snapshot = snapshots.TryOpen(name);
        if (snapshot is null)
        {
            _counts.Report(
                name, 0, "the snapshot does not match its checksums",
                "nothing as long as another copy is whole; without one, every table, counter and cursor", KeepCopy);
            return false;
        }

        using var pool = new Buffers.BufferPool();
        var scratch = new JournalState(pool, time, TimeSpan.MaxValue);
        try
        {
            snapshot.Restore(scratch);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            _counts.Report(
                name, DiskFormat.BlockSize, $"the snapshot matches its checksum and yet holds what no snapshot holds: {exception.Message}",
                "every table, counter and cursor, if the other copy says the same", "keep a copy of the directory for a report, and restore the directory from a backup");
            return false;
        }
        finally
        {
            scratch.Groups.Close();
        }
    }

    private void VerifySegments(JournalLook look, bool canOpen)
    {
        if (!canOpen)
        {
            VerifyUnopened();
            return;
        }

        var segments = look.Recovery.Segments;
        for (var i = 0; i < segments.Count; i++)
        {
            VerifyGap(look, i);
            ulong? following = i + 1 < segments.Count && segments[i + 1].Header.FirstLsn >= segments[i].Header.FirstLsn ? segments[i + 1].Header.FirstLsn : null;
            new SegmentVerifier(_counts, ordinal => ordinal < look.State.Topics.Length ? look.State.Topics[ordinal].Name : null)
                .Run(segments[i].File, segments[i].Header, following);
        }

        foreach (var blank in look.Recovery.Blanks)
        {
            _counts.Spares++;
            ReadAll(blank);
        }

        if (look.Recovery.MissingSegments is > 0 and var missing)
        {
            _counts.Report(
                null, null, $"{missing} segment files that the snapshot needs are missing or destroyed",
                "all that consumers had not settled of them", "put the files back if they are somewhere; else nothing: it is counted at each consumer as lost");
        }

        VerifyStrangers(look);
    }

    /// <summary>Segment files that hold no segment.</summary>
    private void VerifyStrangers(JournalLook look)
    {
        var known = look.Recovery.Segments.Select(segment => segment.File.Name).Concat(look.Recovery.Blanks.Select(blank => blank.Name)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in files.List().Where(name => name.EndsWith(DiskFormat.SegmentExtension, StringComparison.Ordinal) && !known.Contains(name)))
        {
            using var file = files.Open(name, JournalFileAccess.Read);
            if (SegmentSignatures.HeaderOf(file, out _) == FileHeaderState.Damaged)
            {
                ReadAll(file);
                _counts.Report(
                    name, 0, "the file holds nothing that a segment holds",
                    "if it was a segment, its records", $"nothing: the next start renames it to {name}{DiskFormat.DamagedExtension}; put the right file back first if there is one");
            }
        }
    }

    /// <summary>Groups between two segments that neither holds and no snapshot covers.</summary>
    private void VerifyGap(JournalLook look, int index)
    {
        var segments = look.Recovery.Segments;
        var header = segments[index].Header;
        var expected = index == 0 ? header.FirstLsn : segments[index - 1].NextLsn;
        if (index > 0 && header.FirstLsn > expected && expected > look.Recovery.SnapshotLsn && segments[index - 1].Epoch == header.Epoch)
        {
            _counts.Report(
                segments[index].File.Name, 0, $"groups {expected} to {header.FirstLsn - 1}, which came before it, are in no file",
                "their records and changes", "put the missing segment file back if it is somewhere; else nothing: what is lost is counted");
        }
    }

    /// <summary>The journal cannot be opened as a whole: each segment is read for itself.</summary>
    private void VerifyUnopened()
    {
        var found = new SegmentFiles(files, new NoticeList(), readOnly: true);
        try
        {
            // Without a snapshot nobody can tell whether a file without a header was let go or lost it.
            found.Open(files.List(), static (_, _) => false);
            for (var i = 0; i < found.Segments.Count; i++)
            {
                var (file, header) = found.Segments[i];
                ulong? following = i + 1 < found.Segments.Count ? found.Segments[i + 1].Header.FirstLsn : null;
                new SegmentVerifier(_counts, static _ => null).Run(file, header, following);
            }
        }
        catch (JournalOpenException exception)
        {
            // A later version's format: TryOpen has said so.
            if (_counts.Faults.All(fault => fault.Problem != exception.Message))
            {
                throw;
            }
        }
        finally
        {
            found.Dispose();
        }
    }

    private void ReadAll(JournalFile file)
    {
        var buffer = new byte[1 << 20];
        for (long offset = 0; ; offset += buffer.Length)
        {
            var read = file.Read(offset, buffer);
            _counts.Bytes += read;
            if (read < buffer.Length)
            {
                return;
            }
        }
    }
}
