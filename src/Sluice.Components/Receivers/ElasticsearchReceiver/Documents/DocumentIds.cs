using System.Collections.Concurrent;
using System.Security.Cryptography;
using Sluice.Journal;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>
/// The ids of documents that clients created: those on their way to the journal in memory, those committed in a table of the journal. Thread-safe.
/// </summary>
internal sealed class DocumentIds(JournalTable table)
{
    /// <summary>Bytes of a key: a hash, so that long names cost no more memory than short ones.</summary>
    public const int KeyLength = 16;

    private const int LongestText = 1024;

    private readonly ConcurrentDictionary<UInt128, DocumentClaims> _underWay = new();

    /// <summary>Where they are remembered.</summary>
    public JournalTable Table => table;

    /// <summary>Ids forgotten because there were too many.</summary>
    public long Forgotten => table.Evicted;

    /// <summary>The key of a document.</summary>
    /// <param name="index">Its index, UTF-8.</param>
    /// <param name="id">Its id in it, UTF-8.</param>
    /// <param name="key">Gets <see cref="KeyLength"/> bytes.</param>
    public static void WriteKey(ReadOnlySpan<byte> index, ReadOnlySpan<byte> id, Span<byte> key)
    {
        Span<byte> text = stackalloc byte[LongestText];
        index.CopyTo(text);

        // No name of an index has a slash.
        text[index.Length] = (byte)'/';
        id.CopyTo(text[(index.Length + 1)..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..(index.Length + 1 + id.Length)], hash);
        hash[..KeyLength].CopyTo(key);
    }

    /// <summary>Claims an id for a request.</summary>
    public ClaimStatus Claim(UInt128 id, ReadOnlySpan<byte> key, DocumentClaims claims)
    {
        var holder = _underWay.GetOrAdd(id, claims);
        if (holder != claims)
        {
            return ClaimStatus.UnderWay;
        }

        if (!table.TryGet(key, out _))
        {
            return ClaimStatus.Claimed;
        }

        Release(id);
        return ClaimStatus.Known;
    }

    /// <summary>Whether the request itself holds an id.</summary>
    public bool IsHeldBy(UInt128 id, DocumentClaims claims) => _underWay.TryGetValue(id, out var holder) && holder == claims;

    /// <summary>Gives a claim back, whatever became of the document.</summary>
    public void Release(UInt128 id) => _underWay.TryRemove(id, out _);
}
