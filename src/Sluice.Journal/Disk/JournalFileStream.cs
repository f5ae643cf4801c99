namespace Sluice.Journal;

/// <summary>A part of a journal's file as a stream, read or written front to back, with the checksum of what went through.</summary>
internal sealed class JournalFileStream : Stream
{
    /// <summary>What is written or read at once, in bytes.</summary>
    public const int BufferSize = 256 << 10;

    private readonly JournalFile _file;
    private readonly byte[] _buffer;
    private readonly long _start;
    private readonly bool _isWriter;
    private long _fileOffset;
    private long _remaining;
    private int _from;
    private int _to;

    private JournalFileStream(JournalFile file, long start, long length, bool isWriter, byte[] buffer)
    {
        _file = file;
        _start = start;
        _fileOffset = start;
        _remaining = length;
        _isWriter = isWriter;
        _buffer = buffer;
    }

    public override bool CanRead => !_isWriter;

    public override bool CanSeek => false;

    public override bool CanWrite => _isWriter;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _fileOffset - _start;
        set => throw new NotSupportedException();
    }

    /// <summary>The checksum of the bytes that went between the file and the buffer; all of them once written out, or read to the end.</summary>
    public uint Crc { get; private set; }

    public static JournalFileStream Reading(JournalFile file, long start, long length) => new(file, start, length, isWriter: false, GC.AllocateUninitializedArray<byte>(BufferSize));

    /// <param name="file">The file.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="buffer">Memory of <see cref="BufferSize"/>, lent until the stream is written out.</param>
    public static JournalFileStream Writing(JournalFile file, long start, byte[] buffer) => new(file, start, 0, isWriter: true, buffer);

    public override int Read(Span<byte> buffer)
    {
        if (_from == _to)
        {
            var wanted = (int)Math.Min(_buffer.Length, _remaining);
            _from = 0;
            _to = wanted == 0 ? 0 : _file.Read(_fileOffset, _buffer.AsSpan(0, wanted));
            _fileOffset += _to;
            _remaining -= _to;
            Crc = Crc32C.Append(Crc, _buffer.AsSpan(0, _to));
        }

        var length = Math.Min(buffer.Length, _to - _from);
        _buffer.AsSpan(_from, length).CopyTo(buffer);
        _from += length;
        return length;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            if (_to == _buffer.Length)
            {
                Flush();
            }

            var length = Math.Min(buffer.Length, _buffer.Length - _to);
            buffer[..length].CopyTo(_buffer.AsSpan(_to));
            _to += length;
            buffer = buffer[length..];
        }
    }

    /// <summary>Writes the buffer to the file; the file itself is not flushed.</summary>
    public override void Flush()
    {
        if (_isWriter && _to > 0)
        {
            _file.Write(_fileOffset, _buffer.AsSpan(0, _to));
            Crc = Crc32C.Append(Crc, _buffer.AsSpan(0, _to));
            _fileOffset += _to;
            _to = 0;
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
