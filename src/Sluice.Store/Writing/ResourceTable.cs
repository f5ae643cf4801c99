using System.Numerics;
using Sluice.Buffers;
using Sluice.Store.Sqlite;

namespace Sluice.Store.Writing;

/// <summary>Keeps each distinct <c>Resource</c> message once per file. Asked once per resource of a batch.</summary>
internal sealed class ResourceTable
{
    private const int MaxCached = 4 * 1024;

    private readonly SqliteStatement _find;
    private readonly SqliteStatement _insert;
    private readonly Dictionary<byte[], long> _ids = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], long>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    public ResourceTable(SqliteConnection connection)
    {
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<byte>>();
        _find = connection.Prepare("SELECT id FROM resources WHERE hash=?1 AND message=?2");
        _insert = connection.Prepare("INSERT INTO resources (hash, message) VALUES (?1, ?2) RETURNING id");
    }

    /// <summary>The number of an encoded resource, given to it now if it is new.</summary>
    public long IdOf(ReadOnlySpan<byte> message)
    {
        if (_lookup.TryGetValue(message, out var id))
        {
            return id;
        }

        var hash = Hash(message);
        _find.Bind(1, hash);
        _find.BindBlob(2, message);
        if (_find.Scalar() is { } known)
        {
            id = known;
        }
        else
        {
            _insert.Bind(1, hash);
            _insert.BindBlob(2, message);
            id = _insert.Scalar()!.Value;
        }

        if (_ids.Count >= MaxCached)
        {
            _ids.Clear();
        }

        _lookup[message] = id;
        return id;
    }

    /// <summary>Part of the file format only as far as one file is written with one hash.</summary>
    private static long Hash(ReadOnlySpan<byte> message)
    {
        var hash = uint.MaxValue;
        foreach (var value in message)
        {
            hash = BitOperations.Crc32C(hash, value);
        }

        return hash;
    }
}
