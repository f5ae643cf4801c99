using Sluice.Buffers;
using Sluice.Store.Files;
using Sluice.Store.Sqlite;

namespace Sluice.Store.Writing;

/// <summary>
/// Gives names of one kind small numbers, so that rows and roll-ups hold integers. Asked for every record: a dictionary in front of the
/// table answers, and is emptied when names turn out not to repeat.
/// </summary>
internal sealed class NameTable
{
    private const int MaxCached = 32 * 1024;

    private readonly NameKind _kind;
    private readonly SqliteStatement _find;
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement? _insertText;
    private readonly Dictionary<byte[], long> _ids = new(ByteKeyComparer.Instance);
    private readonly Dictionary<byte[], long>.AlternateLookup<ReadOnlySpan<byte>> _lookup;

    /// <summary>Prepares its statements; <paramref name="textTable"/> is the full-text table that new names are added to, if any.</summary>
    public NameTable(SqliteConnection connection, NameKind kind, string? textTable = null)
    {
        _kind = kind;
        _lookup = _ids.GetAlternateLookup<ReadOnlySpan<byte>>();
        _find = connection.Prepare("SELECT id FROM names WHERE kind=?1 AND name=?2");
        _insert = connection.Prepare("INSERT INTO names (kind, name) VALUES (?1, ?2) RETURNING id");
        _insertText = textTable is null ? null : connection.Prepare($"INSERT INTO {textTable} (rowid, name) VALUES (?1, ?2)");
    }

    /// <summary>The number of a name, given to it now if it is new.</summary>
    public long IdOf(ReadOnlySpan<byte> name)
    {
        if (_lookup.TryGetValue(name, out var id))
        {
            return id;
        }

        id = Find(name) ?? Insert(name);
        if (_ids.Count >= MaxCached)
        {
            _ids.Clear();
        }

        _lookup[name] = id;
        return id;
    }

    private long? Find(ReadOnlySpan<byte> name)
    {
        _find.Bind(1, (long)_kind);
        _find.BindText(2, name);
        return _find.Scalar();
    }

    private long Insert(ReadOnlySpan<byte> name)
    {
        _insert.Bind(1, (long)_kind);
        _insert.BindText(2, name);
        var id = _insert.Scalar()!.Value;
        if (_insertText is not null)
        {
            _insertText.Bind(1, id);
            _insertText.BindText(2, name);
            _insertText.Run();
        }

        return id;
    }
}
