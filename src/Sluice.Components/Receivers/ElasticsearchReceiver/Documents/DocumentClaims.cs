using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>The ids that one request creates. Disposed when it is answered, which lets others have them.</summary>
/// <param name="ids">Where they are claimed.</param>
/// <param name="pool">Where memory comes from.</param>
internal sealed class DocumentClaims(DocumentIds ids, BufferPool pool) : IDisposable
{
    private readonly PooledBufferWriter _keys = new(pool, "ids of documents");

    /// <summary>Bytes rented.</summary>
    public int Capacity => _keys.Capacity;

    /// <summary>What makes them known, together with the records.</summary>
    public ReadOnlyMemory<TablePut> Puts =>
        _keys.Length == 0 ? default : new TablePut[] { new(ids.Table, _keys.WrittenMemory, default) { KeyLength = DocumentIds.KeyLength } };

    /// <summary>Claims an id.</summary>
    /// <param name="index">The index of the document, UTF-8.</param>
    /// <param name="id">Its id, UTF-8.</param>
    public ClaimStatus Claim(ReadOnlySpan<byte> index, ReadOnlySpan<byte> id)
    {
        Span<byte> key = stackalloc byte[DocumentIds.KeyLength];
        DocumentIds.WriteKey(index, id, key);
        var number = BinaryPrimitives.ReadUInt128BigEndian(key);
        if (ids.IsHeldBy(number, this))
        {
            return ClaimStatus.Known;
        }

        var status = ids.Claim(number, key, this);
        if (status == ClaimStatus.Claimed)
        {
            _keys.Write(key);
        }

        return status;
    }

    /// <summary>Gives the last claim back: there is no such document.</summary>
    public void CancelLast()
    {
        var start = _keys.Length - DocumentIds.KeyLength;
        ids.Release(BinaryPrimitives.ReadUInt128BigEndian(_keys.WrittenSpan[start..]));
        _keys.Truncate(start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var keys = _keys.WrittenSpan; !keys.IsEmpty; keys = keys[DocumentIds.KeyLength..])
        {
            ids.Release(BinaryPrimitives.ReadUInt128BigEndian(keys));
        }

        _keys.Dispose();
    }
}
