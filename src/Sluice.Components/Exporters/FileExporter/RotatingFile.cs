using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>
/// A file that grows by whole batches. What stands behind the last completed batch is cut away before anything is written, at the
/// start and after every failure alike, so that a batch is in the file once or not at all. One thread at a time; all of it blocks.
/// </summary>
/// <remarks>
/// <para>
/// A batch: <see cref="Open"/>, any number of <see cref="TryAppend"/>, then <see cref="Complete"/>; on any exception in between
/// <see cref="Abandon"/>. Failures are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </para>
/// <para>
/// Nothing is ever written to a file that the journal does not know: a file that is begun, adopted or rotated to is announced first
/// (<see cref="TryAnnounce"/>). So a crash leaves bytes that do not count in one file alone, the one that the journal names.
/// </para>
/// </remarks>
internal sealed class RotatingFile : IDisposable
{
    private readonly FileExporterOptions _options;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly BackupFiles _backups;
    private SafeFileHandle? _handle;
    private FileIdentity _identity;
    private DateTimeOffset _begun;
    private long _length;
    private long _batchStart;
    private bool _rotated;
    private bool _isNew;
    private FileState? _settled;

    /// <summary>Touches nothing yet.</summary>
    /// <param name="options">The exporter's.</param>
    /// <param name="settled">What the journal kept of the last start; null when there was none.</param>
    /// <param name="time">Ages and names backups.</param>
    /// <param name="logger">Told about everything that happens to files beyond writing to them.</param>
    public RotatingFile(FileExporterOptions options, FileState? settled, TimeProvider time, ILogger logger)
    {
        _options = options;
        _path = Path.GetFullPath(options.Path);
        _time = time;
        _logger = logger;
        _backups = new BackupFiles(_path, options.Rotation?.LocalTime ?? false, time);
        _settled = settled;
    }

    /// <summary>Sees to it that the file is open and ends with the last completed batch.</summary>
    public void Open()
    {
        if (_handle is not null)
        {
            if (FileIdentity.Of(_path) == _identity && RandomAccess.GetLength(_handle) == _length)
            {
                _batchStart = _length;
                return;
            }

            Close();
        }

        OpenHandle();
        if (_settled is null)
        {
            AdoptAtFirstStart();
        }
        else
        {
            Recover(_settled);
        }

        _batchStart = _length;
    }

    /// <summary>Whether the journal has to hear of the file before anything is written to it.</summary>
    /// <param name="state">What to tell it. The file counts as known from now on: nothing may be written before that is committed.</param>
    public bool TryAnnounce([NotNullWhen(true)] out FileState? state)
    {
        state = null;
        if (!_isNew)
        {
            return false;
        }

        if (_options.Fsync)
        {
            DirectoryFlush.Flush(Path.GetDirectoryName(_path)!);
        }

        _isNew = false;
        _settled = state = Current();
        return true;
    }

    /// <summary>
    /// Sees at the start whether the file can be written, and cuts back what was not settled. A file that is to be emptied is left as it is
    /// until the first batch comes: an instance that fails to start must not have destroyed anything.
    /// </summary>
    public void Check()
    {
        if (_settled is not null)
        {
            Open();
            return;
        }

        OpenHandle();
        Close();
    }

    /// <summary>Writes the next bytes of the batch.</summary>
    /// <returns>False when it did not, because a rotation was due: the new file is to be announced, and the batch to be begun again.</returns>
    public bool TryAppend(ReadOnlySpan<byte> bytes)
    {
        if (_length == _batchStart && IsRotationDue(bytes.Length))
        {
            MoveAway();
            _rotated = true;
            _batchStart = 0;
        }

        if (_isNew)
        {
            return false;
        }

        RandomAccess.Write(_handle!, bytes, _length);
        _length += bytes.Length;
        return true;
    }

    /// <summary>Ends the batch.</summary>
    /// <returns>What to restore by.</returns>
    public FileState Complete()
    {
        if (_options.Fsync)
        {
            RandomAccess.FlushToDisk(_handle!);
        }

        _batchStart = _length;
        _settled = Current();
        if (_rotated)
        {
            _rotated = false;
            PruneBackups();
        }

        return _settled;
    }

    /// <summary>Takes back what was written of the batch, as far as the disk lets it; <see cref="Open"/> sees to the rest.</summary>
    public void Abandon()
    {
        if (_handle is null)
        {
            return;
        }

        try
        {
            RandomAccess.SetLength(_handle, _batchStart);
        }
        catch (IOException e)
        {
            _logger.LogDebug(e, "Cannot cut {Path} back yet; that is done before the next write.", _path);
        }

        Close();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => Close();

    private FileState Current() => new(_path, _identity, _length, _begun);

    private void Close()
    {
        _handle?.Dispose();
        _handle = null;
    }

    private void OpenHandle()
    {
        if (_options.CreateDirectory)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        }

        _handle = File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _identity = FileIdentity.Of(_path) ?? throw new IOException($"It was removed while it was being opened: '{_path}'");
        _length = RandomAccess.GetLength(_handle);
        _begun = _time.GetUtcNow();
    }

    private void AdoptAtFirstStart()
    {
        _isNew = true;
        if (_length == 0 || _options.Append || _options.Rotation is not null)
        {
            return;
        }

        _logger.LogInformation("Emptied {Path} of {Bytes} bytes, since append is false.", _path, _length);
        CutTo(0);
    }

    private void Recover(FileState settled)
    {
        var isSettled = settled.Path == _path && settled.Identity == _identity;
        if (isSettled && _length >= settled.Length)
        {
            Continue(settled);
            return;
        }

        _isNew = true;
        if (settled.Path != _path)
        {
            LeaveOldPath(settled);
            AdoptAtFirstStart();
            return;
        }

        var remains = isSettled ? _path : CutBack(settled.Identity, settled.Length);
        if (_length > 0)
        {
            BeginAfresh(isSettled ? "it is shorter than what was written to it" : "it is not the file that was written to");
        }
        else if (isSettled)
        {
            _logger.LogWarning("Began {Path} again at its start: somebody has emptied it.", _path);
        }
        else if (remains is null)
        {
            _logger.LogWarning("Began a new {Path}: the file that was written to is gone.", _path);
        }
        else
        {
            _logger.LogInformation("Began {Path} behind {Backup}, which is what was written to before.", _path, remains);
        }
    }

    private void Continue(FileState settled)
    {
        _isNew = false;
        _begun = settled.Begun;
        if (_length > settled.Length)
        {
            _logger.LogInformation(
                "Cut {Bytes} bytes off {Path}: they were written but never settled, and are delivered again.", _length - settled.Length, _path);
            CutTo(settled.Length);
        }
    }

    /// <summary>
    /// Cuts what was not settled off the settled file, which is no longer at its path: it has a name beside it that begins in the same way,
    /// after a rotation of which the journal did not hear or one that somebody else made.
    /// </summary>
    /// <returns>Where it is; null when it is gone.</returns>
    private string? CutBack(FileIdentity identity, long length)
    {
        var names = Path.GetFileNameWithoutExtension(_path) + "*";
        foreach (var path in Directory.EnumerateFiles(Path.GetDirectoryName(_path)!, names))
        {
            if (FileIdentity.Of(path) != identity)
            {
                continue;
            }

            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            if (RandomAccess.GetLength(handle) > length)
            {
                RandomAccess.SetLength(handle, length);
                if (_options.Fsync)
                {
                    // Once another file is announced nobody looks at this one again.
                    RandomAccess.FlushToDisk(handle);
                }
            }

            return path;
        }

        return null;
    }

    /// <summary>
    /// Says what a crash left in a file that is not configured any more. It is not cut: this may be a copy of a journal whose owner still
    /// writes to that file.
    /// </summary>
    private void LeaveOldPath(FileState settled)
    {
        if (FileIdentity.Of(settled.Path) == settled.Identity && new FileInfo(settled.Path).Length is var length && length > settled.Length)
        {
            _logger.LogWarning(
                "The path has changed from {OldPath} to {Path}. The last {Bytes} bytes of the old file were not settled and are delivered again, to the new one.",
                settled.Path, _path, length - settled.Length);
        }
    }

    private bool IsRotationDue(int more) =>
        _options.Rotation is { } rotation && _length > 0
        && (_length + more > (long)rotation.MaxMegabytes << 20
            || (rotation.MaxDays > 0 && _time.GetUtcNow() - _begun > TimeSpan.FromDays(rotation.MaxDays)));

    private void BeginAfresh(string reason) =>
        _logger.LogWarning("Moved {Path} to {Backup} and began a new file: {Reason}.", _path, MoveAway(), reason);

    private string MoveAway()
    {
        Close();
        var backup = _backups.NextPath();
        File.Move(_path, backup);
        _isNew = true;
        OpenHandle();
        return backup;
    }

    private void CutTo(long length)
    {
        RandomAccess.SetLength(_handle!, length);
        _length = length;
    }

    private void PruneBackups()
    {
        try
        {
            _backups.Prune(_options.Rotation!.MaxBackups, _options.Rotation.MaxDays);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning(e, "Cannot remove old backups of {Path}; that is tried again at the next rotation.", _path);
        }
    }
}
