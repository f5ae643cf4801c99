using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;
using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Threading;
using Sluice.Telemetry.Otlp;

namespace Sluice.Runtime.DeadLetters;

/// <summary>
/// Keeps dead letters in files of their own, one JSON line each, apart from the journal so that they outlive its space and its cursors.
/// Bounded: beyond the limit the oldest file goes, and its records are counted. Writes on a thread of its own. Thread-safe.
/// </summary>
public sealed class DeadLetterLog : IDeadLetters, IAsyncDisposable
{
    private readonly DeadLetterOptions _options;
    private readonly BufferPool _buffers;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly NamedThread _thread;
    private readonly Queue<(string Path, long Length)> _full = new();
    private SafeFileHandle? _handle;
    private string _path = "";
    private long _number;
    private long _length;
    private long _fullLength;
    private bool _opened;
    private long _added;
    private long _dropped;
    private long _replayed;

    /// <summary>Creates a log; nothing is touched before the first record comes.</summary>
    public DeadLetterLog(DeadLetterOptions options, BufferPool buffers, TimeProvider time, ILogger logger)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.FileBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxBytes, options.FileBytes);
        _options = options;
        _buffers = buffers;
        _time = time;
        _logger = logger;
        _thread = new NamedThread("dead letters");
    }

    /// <inheritdoc/>
    public DeadLetterCounts Counts => new(Interlocked.Read(ref _added), Interlocked.Read(ref _dropped), Interlocked.Read(ref _replayed));

    /// <inheritdoc/>
    public async ValueTask AddAsync(
        string component, DeliverySegment segment, string reason, int attempts, CancellationToken cancellationToken)
    {
        // Once begun it is not cut off: the segment is lent.
        cancellationToken.ThrowIfCancellationRequested();
        await _thread.RunAsync(() => Add(component, segment, reason, attempts)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AddAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        // Once begun it is not cut off: its memory is lent.
        cancellationToken.ThrowIfCancellationRequested();
        await _thread.RunAsync(() => Add(letter)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask AddNoteAsync(DeadLetterNote note, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _thread.RunAsync(() => AddNote(note)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public IEnumerable<DeadLetter> Read() => new DeadLetterReader(_options.Directory).Read();

    /// <inheritdoc/>
    public async ValueTask MarkReplayedAsync(IReadOnlyCollection<string> keys, string replay, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _thread.RunAsync(() => MarkReplayed(keys, replay)).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveReplayedAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await _thread.RunAsync(RemoveReplayed).ConfigureAwait(false);
    }

    /// <summary>Ends the thread, after what was handed over, and closes the file.</summary>
    public async ValueTask DisposeAsync()
    {
        await _thread.DisposeAsync().ConfigureAwait(false);
        _handle?.Dispose();
    }

    private int Add(string component, DeliverySegment segment, string reason, int attempts)
    {
        using var request = new PooledBufferWriter(_buffers, "request of a dead letter");
        using var lines = new PooledBufferWriter(_buffers, "lines of dead letters");
        for (var i = 0; i < segment.Count; i++)
        {
            request.Clear();
            OtlpRequestWriter.Write(segment.Batch, segment.Start + i, 1, request);
            var letter = new DeadLetter
            {
                Time = _time.GetUtcNow(),
                Component = component,
                Pipeline = segment.Pipeline.Name,
                Signal = segment.Batch.Signal,
                Id = segment.FirstRecord.Plus(i),
                ReceivedUnixNano = segment.ReceivedUnixNano,
                Reason = reason,
                Attempts = attempts,
                Context = segment.Context,
                Request = request.WrittenMemory,
            };
            DeadLetterJson.Write(letter, lines);
        }

        Append(lines.WrittenSpan);
        Interlocked.Add(ref _added, segment.Count);
        return segment.Count;
    }

    private int Add(DeadLetter letter)
    {
        using var line = new PooledBufferWriter(_buffers, "line of a dead letter");
        DeadLetterJson.Write(letter, line);
        Append(line.WrittenSpan);
        Interlocked.Increment(ref _added);
        return 1;
    }

    private int AddNote(DeadLetterNote note)
    {
        using var line = new PooledBufferWriter(_buffers, "note in the dead letters");
        DeadLetterJson.WriteNote(note, line);
        Append(line.WrittenSpan);
        return note.Rejected;
    }

    private int MarkReplayed(IReadOnlyCollection<string> keys, string replay)
    {
        using var line = new PooledBufferWriter(_buffers, "keys of dead letters");
        DeadLetterJson.WriteReplayed(keys, replay, _time.GetUtcNow(), line);
        Append(line.WrittenSpan);
        Interlocked.Add(ref _replayed, keys.Count);
        return keys.Count;
    }

    /// <summary>
    /// Deletes files from the oldest on while nothing in them is left. Never one behind a file that stays: it may say of a dead letter in
    /// that file that it was replayed.
    /// </summary>
    /// <returns>How many.</returns>
    private int RemoveReplayed()
    {
        if (!Directory.Exists(_options.Directory))
        {
            return 0;
        }

        var removed = 0;
        try
        {
            if (!_opened)
            {
                TakeStock();
            }

            var replayed = new DeadLetterReader(_options.Directory).ReadReplayed();
            for (; _full.TryPeek(out var oldest) && IsEmpty(oldest.Path, replayed); removed++)
            {
                File.Delete(oldest.Path);
                _full.Dequeue();
                _fullLength -= oldest.Length;
            }

            if (_full.Count == 0 && _length > 0 && IsEmpty(_path, replayed))
            {
                Close();
                File.Delete(_path);
                (_path, _length) = ("", 0);
                removed++;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are not listed any more; only their space is not free yet.
            _logger.LogWarning("Replayed dead letters in {Directory} could not be removed: {Problem}", _options.Directory, e.Message);
        }

        return removed;
    }

    /// <summary>Nothing in a file is left to replay, and nothing is damaged, which may be such.</summary>
    private bool IsEmpty(string path, HashSet<string> replayed)
    {
        var reader = new DeadLetterReader(_options.Directory);
        return !reader.Read(path, replayed).Any() && reader.UnreadableLines == 0;
    }

    private void Append(ReadOnlySpan<byte> lines)
    {
        try
        {
            OpenForAppend(lines.Length);
            RandomAccess.Write(_handle!, lines, _length);
            RandomAccess.FlushToDisk(_handle!);
            _length += lines.Length;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What was written is behind _length, and cut off when the file is opened again.
            Close();
            throw new IOException($"Cannot keep dead letters in {_options.Directory}: {e.Message}", e);
        }
    }

    private void OpenForAppend(int more)
    {
        if (!_opened)
        {
            TakeStock();
        }

        if (_handle is not null && (_length == 0 || _length + more <= _options.FileBytes))
        {
            return;
        }

        if (_handle is null && _path.Length > 0 && File.Exists(_path))
        {
            Open(_path);
            RandomAccess.SetLength(_handle!, _length);
        }

        if (_handle is null || (_length > 0 && _length + more > _options.FileBytes))
        {
            BeginNext();
        }
    }

    /// <summary>Finds what is there, and cuts a line off the last file that a crash left unfinished.</summary>
    private void TakeStock()
    {
        Directory.CreateDirectory(_options.Directory);
        var files = DeadLetterFiles.List(_options.Directory);
        _full.Clear();
        _fullLength = 0;
        foreach (var (_, path) in files.SkipLast(1))
        {
            SetAside(path, new FileInfo(path).Length);
        }

        if (files.Count > 0)
        {
            (_number, _path) = files[^1];
            _length = LengthOfWholeLines(_path);
        }

        _opened = true;
    }

    private void BeginNext()
    {
        if (_path.Length > 0)
        {
            SetAside(_path, _length);
        }

        Close();
        _path = DeadLetterFiles.PathOf(_options.Directory, ++_number);
        _length = 0;
        Open(_path);
        while (_fullLength + _options.FileBytes > _options.MaxBytes && _full.TryPeek(out var oldest))
        {
            Drop(oldest.Path);
            _full.Dequeue();
            _fullLength -= oldest.Length;
        }
    }

    private void SetAside(string path, long length)
    {
        _full.Enqueue((path, length));
        _fullLength += length;
    }

    private void Drop(string path)
    {
        var reader = new DeadLetterReader(_options.Directory);
        var records = reader.Read(path, reader.ReadReplayed()).LongCount() + reader.UnreadableLines;
        File.Delete(path);
        Interlocked.Add(ref _dropped, records);
        _logger.LogWarning(
            "Dropped {Records} dead letters with {Path}: they take more than {Limit} bytes together.", records, path, _options.MaxBytes);
    }

    private void Open(string path) =>
        _handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    private void Close()
    {
        _handle?.Dispose();
        _handle = null;
    }

    private static long LengthOfWholeLines(string path)
    {
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var end = RandomAccess.GetLength(handle);
        var buffer = new byte[64 << 10];
        while (end > 0)
        {
            var start = Math.Max(0, end - buffer.Length);
            var read = RandomAccess.Read(handle, buffer.AsSpan(0, (int)(end - start)), start);
            var lineEnd = buffer.AsSpan(0, read).LastIndexOf((byte)'\n');
            if (lineEnd >= 0)
            {
                return start + lineEnd + 1;
            }

            end = start;
        }

        return 0;
    }
}
