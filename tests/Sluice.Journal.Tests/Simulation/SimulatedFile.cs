namespace Sluice.Journal.Tests.Simulation;

/// <summary>One opening of a file of a simulated disk.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, SimulatedInode inode, string name, bool writable) : JournalFile(name)
{
    private bool _disposed;

    public override long Length
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return disk.GetLength(inode, Name);
        }
    }

    public override void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!writable)
        {
            throw new UnauthorizedAccessException($"{Name} was opened for reading.");
        }

        disk.Write(inode, Name, offset, bytes);
    }

    public override int Read(long offset, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return disk.Read(inode, Name, offset, destination);
    }

    public override void Flush()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        disk.Flush(inode, Name);
    }

    public override void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            disk.Closed();
        }
    }
}
