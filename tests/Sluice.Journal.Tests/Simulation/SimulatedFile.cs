namespace Sluice.Journal.Tests.Simulation;

/// <summary>One opening of a file of a simulated disk.</summary>
internal sealed class SimulatedFile : JournalFile
{
    private readonly SimulatedDisk _disk;
    private readonly SimulatedInode _inode;
    private readonly bool _writable;
    private bool _disposed;

    public SimulatedFile(SimulatedDisk disk, SimulatedInode inode, string name, bool writable)
        : base(name)
    {
        _disk = disk;
        _inode = inode;
        _writable = writable;
        Length = inode.Length;
    }

    public override void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_writable)
        {
            throw new UnauthorizedAccessException($"{Name} was opened for reading.");
        }

        _disk.Write(_inode, Name, offset, bytes);
        Length = Math.Max(Length, offset + bytes.Length);
    }

    public override int Read(long offset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _disk.Read(_inode, Name, offset, destination);
    }

    public override void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _disk.Flush(_inode, Name);
    }

    public override void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            _disk.Closed();
        }
    }
}
