using Sluice.Buffers;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Exporters.Otlp;

/// <summary>
/// One export request out of the runs of a batch. In protobuf it is the entries of the journal one after the other, which is one request by
/// the rules of protobuf: whole ones are not even copied, unless they are small. Lives as long as the attempt; borrows the batch.
/// </summary>
/// <param name="buffers">Where memory comes from.</param>
/// <param name="encoding">How it is encoded.</param>
/// <param name="compression">How it is compressed.</param>
/// <param name="level">How hard compression tries.</param>
internal sealed class ExportBody(BufferPool buffers, ExportEncoding encoding, ClientCompression compression, int level) : IDisposable
{
    /// <summary>Shorter entries are copied together where pieces are sent: each costs a write of its own, and a frame with HTTP/2.</summary>
    private const int ShortestPiece = 16 << 10;

    private readonly PooledBufferWriter _copied = new(buffers, "export request");
    private readonly PooledBufferWriter _compressed = new(buffers, "compressed export request");
    private readonly List<(ReadOnlyMemory<byte> Lent, int CopiedLength)> _plan = [];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private int _planned;

    /// <summary>Composes the request.</summary>
    /// <param name="batch">Records of one signal.</param>
    /// <param name="headerLength">Room to leave before it; see <see cref="Header"/>.</param>
    /// <returns>The header and the request, compressed if so configured.</returns>
    public IReadOnlyList<ReadOnlyMemory<byte>> Compose(DeliveryBatch batch, int headerLength = 0)
    {
        var output = compression == ClientCompression.None ? _copied : _compressed;
        output.GetSpan(headerLength);
        output.Advance(headerLength);
        if (encoding == ExportEncoding.Json)
        {
            ComposeJson(batch);
        }
        else
        {
            ComposeProto(batch);
        }

        EndCopied();
        Place();
        if (compression != ClientCompression.None)
        {
            ClientCompressions.Compress(compression, level, _pieces, _compressed);
            _pieces.Clear();
            _pieces.Add(_compressed.WrittenMemory);
        }

        return _pieces;
    }

    /// <summary>The first bytes of what was composed, to be filled in.</summary>
    public Span<byte> Header => (compression == ClientCompression.None ? _copied : _compressed).WrittenForUpdate;

    /// <summary>Returns the memory. Nothing may read the pieces any longer.</summary>
    public void Dispose()
    {
        _copied.Dispose();
        _compressed.Dispose();
    }

    private void ComposeProto(DeliveryBatch batch)
    {
        var copyBelow = compression == ClientCompression.None ? ShortestPiece : 0;
        foreach (var segment in batch.Segments)
        {
            var payload = segment.Batch.PayloadMemory;
            if (payload.Length >= copyBelow && OtlpRequestWriter.IsWhole(segment.Batch, segment.Start, segment.Count))
            {
                EndCopied();
                _plan.Add((payload, 0));
            }
            else
            {
                OtlpRequestWriter.Write(segment.Batch, segment.Start, segment.Count, _copied);
            }
        }
    }

    private void ComposeJson(DeliveryBatch batch)
    {
        var isFirst = true;
        foreach (var segment in batch.Segments)
        {
            OtlpJsonWriter.WritePart(segment.Batch, segment.Start, segment.Count, isFirst, _copied);
            isFirst = false;
        }

        OtlpJsonWriter.EndRequest(_copied);
    }

    private void EndCopied()
    {
        if (_copied.Length > _planned)
        {
            _plan.Add((default, _copied.Length - _planned));
            _planned = _copied.Length;
        }
    }

    /// <summary>Only now does the copied part stand still.</summary>
    private void Place()
    {
        var position = 0;
        foreach (var (lent, copiedLength) in _plan)
        {
            _pieces.Add(copiedLength == 0 ? lent : _copied.WrittenMemory.Slice(position, copiedLength));
            position += copiedLength;
        }
    }
}
