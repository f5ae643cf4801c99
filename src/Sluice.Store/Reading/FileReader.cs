using Sluice.Store.Files;
using Sluice.Store.Sqlite;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Store.Reading;

/// <summary>One read-only connection to one store file. Used by one search at a time.</summary>
internal sealed class FileReader : IDisposable
{
    private readonly ChunkReader?[] _chunks = new ChunkReader?[3];

    private FileReader(StoreFileName name, SqliteConnection connection, bool isEmpty)
    {
        Name = name;
        Connection = connection;
        IsEmpty = isEmpty;
    }

    /// <summary>Which file it is.</summary>
    public StoreFileName Name { get; }

    /// <summary>The connection, for statements of its user.</summary>
    public SqliteConnection Connection { get; }

    /// <summary>Whether nothing was committed to it when it was opened.</summary>
    public bool IsEmpty { get; }

    /// <summary>Opens a file.</summary>
    public static FileReader Open(string directory, StoreFileName name)
    {
        var connection = SqliteConnection.OpenForReading(name.In(directory));
        try
        {
            StoreFile.CheckVersion(connection);
            return new FileReader(name, connection, StoreFile.IsEmpty(connection));
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>The JSON of a row; valid until the next call for the same table.</summary>
    public ReadOnlySpan<byte> Json(BlockKind table, long row) =>
        (_chunks[(int)table] ??= new ChunkReader(Connection, TableName(table))).Read(row);

    /// <summary>The number of a name in this file; null when it has none of it.</summary>
    public long? FindName(NameKind kind, string name)
    {
        var find = Connection.Prepare("SELECT id FROM names WHERE kind=?1 AND name=?2");
        try
        {
            find.Bind(1, (long)kind);
            find.BindText(2, name);
            return find.Scalar();
        }
        finally
        {
            Connection.Release(find);
        }
    }

    /// <summary>The rows that may fall into a range of event time: whole blocks, neighbours joined.</summary>
    public List<RowRange> FindRows(BlockKind table, TimeRange time)
    {
        var ranges = new List<RowRange>();
        if (time.IsAll)
        {
            ranges.Add(RowRange.All);
            return ranges;
        }

        var find = Connection.Prepare("SELECT block FROM blocks WHERE kind=?1 AND max_time>=?2 AND min_time<?3 ORDER BY block");
        find.Bind(1, (long)table);
        find.Bind(2, time.From);
        find.Bind(3, time.To);
        while (find.Step())
        {
            var first = find.Int64(0) << StoreSchema.BlockShift;
            var last = first + (1 << StoreSchema.BlockShift) - 1;
            if (ranges.Count > 0 && ranges[^1].Last == first - 1)
            {
                ranges[^1] = ranges[^1] with { Last = last };
            }
            else
            {
                ranges.Add(new RowRange(first, last));
            }
        }

        Connection.Release(find);
        return ranges;
    }

    /// <summary>The resources that have an attribute, by their numbers in this file.</summary>
    public List<long> FindResources(AttributeFilter filter)
    {
        var found = new List<long>();
        var key = System.Text.Encoding.UTF8.GetBytes(filter.Key);
        var find = Connection.Prepare("SELECT id, message FROM resources");
        while (find.Step())
        {
            if (AttributeEnumerator.TryFind(find.Bytes(1), OtlpFields.Resource.Attributes, key, out var value) && AttributeText.Equals(value, filter.Value))
            {
                found.Add(find.Int64(0));
            }
        }

        Connection.Release(find);
        return found;
    }

    /// <summary>The table's name.</summary>
    public static string TableName(BlockKind table) => table switch
    {
        BlockKind.Logs => "logs",
        BlockKind.Spans => "spans",
        _ => "metrics",
    };

    public void Dispose() => Connection.Dispose();
}
