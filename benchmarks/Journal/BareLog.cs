using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace Sluice.Journal.Benchmarks;

/// <summary>
/// What the disk allows: a thread that does nothing but to write the same bytes with one vectored write and to flush them with one fsync,
/// over files that were written before, block-aligned as the journal does it.
/// </summary>
internal sealed class BareLog : IDisposable
{
    private const int MaxBatch = 64;
    private const int FileCount = 4;
    private const int FileSize = 64 << 20;
    private const int BlockSize = 4096;

    /// <summary>Each group has memory of its own, as in life.</summary>
    private readonly ReadOnlyMemory<byte>[] _groups = [.. Enumerable.Range(1, MaxBatch).Select(seed => (ReadOnlyMemory<byte>)Payload.Create(seed))];

    private readonly SafeFileHandle[] _files = new SafeFileHandle[FileCount];
    private int _file;
    private long _offset;

    public BareLog(string directory)
    {
        var zeros = new byte[1 << 20];
        for (var i = 0; i < FileCount; i++)
        {
            _files[i] = File.OpenHandle(Path.Combine(directory, $"bare-{i}"), FileMode.CreateNew, FileAccess.Write);
            for (var offset = 0; offset < FileSize; offset += zeros.Length)
            {
                RandomAccess.Write(_files[i], zeros, offset);
            }

            RandomAccess.FlushToDisk(_files[i]);
        }
    }

    /// <summary>Writes batches of so many groups, at most 64, for the length of a round.</summary>
    /// <returns>Groups written.</returns>
    public long Run(int batch, Latencies? latencies = null)
    {
        var groups = new ArraySegment<ReadOnlyMemory<byte>>(_groups, 0, batch);
        long written = 0;
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin) < Rounds.Length; written += batch)
        {
            var start = Stopwatch.GetTimestamp();
            Write(groups);
            latencies?.Add(Stopwatch.GetTimestamp() - start);
        }

        return written;
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file.Dispose();
        }
    }

    private void Write(ArraySegment<ReadOnlyMemory<byte>> groups)
    {
        var length = ((long)groups.Count * Payload.Size + BlockSize - 1) & -BlockSize;
        if (_offset + length > FileSize)
        {
            _file = (_file + 1) % FileCount;
            _offset = 0;
        }

        RandomAccess.Write(_files[_file], groups, _offset);
        RandomAccess.FlushToDisk(_files[_file]);
        _offset += length;
    }
}
