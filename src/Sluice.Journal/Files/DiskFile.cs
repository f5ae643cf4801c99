namespace Sluice.Journal;

/// <summary>One file of <see cref="DiskFiles"/>: positioned reads and writes, unbuffered.</summary>
internal sealed class DiskFile : JournalFile
{
    // Only the stream can be given the permissions of a new file; nothing is read or written through it.
    private readonly FileStream _stream;
    private readonly string _path;

    /// <summary>Opens or makes it.</summary>
    public DiskFile(string name, string path, JournalFileAccess access)
        : base(name)
    {
        _path = path;
        _stream = new FileStream(
            path,
            DirectoryLock.Private(
                access == JournalFileAccess.Create ? FileMode.CreateNew : FileMode.Open,
                access == JournalFileAccess.Read ? FileAccess.Read : FileAccess.ReadWrite,
                FileShare.ReadWrite | FileShare.Delete));
        try
        {
            Length = RandomAccess.GetLength(_stream.SafeFileHandle);
        }
        catch
        {
            _stream.Dispose();
            throw;
        }
    }

    public override void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            // Loops by itself when the system takes only a part.
            RandomAccess.Write(_stream.SafeFileHandle, bytes, offset);
            Length = Math.Max(Length, offset + bytes.Length);
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Explain(exception, $"Writing {bytes.Length} bytes at {offset} of", _path);
        }
    }

    public override int Read(long offset, Span<byte> destination)
    {
        try
        {
            var total = 0;
            while (total < destination.Length)
            {
                var read = RandomAccess.Read(_stream.SafeFileHandle, destination[total..], offset + total);
                if (read == 0)
                {
                    break;
                }

                total += read;
            }

            return total;
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Explain(exception, $"Reading {destination.Length} bytes at {offset} of", _path);
        }
    }

    public override void Flush()
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                NativeFiles.FlushFile(_stream.SafeFileHandle);
            }
            else
            {
                // On macOS this is the flush that reaches the media, which fsync is not.
                RandomAccess.FlushToDisk(_stream.SafeFileHandle);
            }
        }
        catch (Exception exception) when (FileErrors.IsFileError(exception))
        {
            throw FileErrors.Explain(exception, "Flushing", _path);
        }
    }

    public override void Dispose() => _stream.Dispose();
}
