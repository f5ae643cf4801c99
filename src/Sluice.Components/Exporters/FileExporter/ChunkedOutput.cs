using Sluice.Buffers;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>
/// Gathers encoded bytes and writes them in large pieces: one write for most batches, and no more memory than a piece and the
/// largest unit for the others. Owns its buffer for one batch.
/// </summary>
internal sealed class ChunkedOutput(BufferPool buffers, RotatingFile file) : IDisposable
{
    private const int ChunkLength = 1 << 20;

    /// <summary>Where encoders append.</summary>
    public PooledBufferWriter Writer { get; } = new(buffers, "output of a file exporter");

    /// <summary>Rents what the batch is expected to need.</summary>
    public void Begin(long expectedLength) => Writer.GetSpan((int)Math.Min(expectedLength, ChunkLength));

    /// <summary>Says that everything appended so far is whole: a line, or a message with its length.</summary>
    public void EndUnit()
    {
        if (Writer.Length >= ChunkLength)
        {
            Flush();
        }
    }

    /// <summary>Hands what was gathered to the file. Whether the file took it, it says itself: <see cref="RotatingFile.TryAnnounce"/>.</summary>
    public void Flush()
    {
        if (Writer.Length > 0)
        {
            file.TryAppend(Writer.WrittenSpan);
            Writer.Clear();
        }
    }

    /// <summary>Forgets what was not written, and returns the buffer.</summary>
    public void Dispose() => Writer.Dispose();
}
