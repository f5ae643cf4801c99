namespace Sluice.Journal;

/// <summary>Reads a segment's file front to back through a window, for scans. Not for the hot path.</summary>
internal sealed class FrameReader(JournalFile file, int segmentSize) : IDisposable
{
    private const int WindowSize = 4 << 20;

    private byte[] _window = [];
    private int _start;
    private int _length;

    /// <summary>The bytes at an offset, valid until the next call; fewer when the file ends before.</summary>
    public ReadOnlySpan<byte> At(int offset, int length)
    {
        length = Math.Min(length, segmentSize - offset);
        if (offset < _start || offset + length > _start + _length)
        {
            Load(offset, length);
        }

        var available = Math.Min(length, _start + _length - offset);
        return available <= 0 ? [] : _window.AsSpan(offset - _start, available);
    }

    public void Dispose() => _window = [];

    private void Load(int offset, int length)
    {
        var size = Math.Min(Math.Max(length, WindowSize), segmentSize - offset);
        if (_window.Length < size)
        {
            _window = GC.AllocateUninitializedArray<byte>(size);
        }

        _start = offset;
        _length = file.Read(offset, _window.AsSpan(0, size));
    }
}
