using SQLitePCL;

namespace Sluice.Store.Sqlite;

/// <summary>
/// One connection to one database file, straight over the C interface: text and blobs go in and out as UTF-8 spans, without strings and
/// boxes between. Used by one thread at a time; only <see cref="Interrupt"/> may come from another.
/// </summary>
internal sealed class SqliteConnection : IDisposable
{
    private const int NoMutex = 0x8000;

    private readonly sqlite3 _handle;
    private readonly List<SqliteStatement> _statements = [];

    private SqliteConnection(sqlite3 handle, string path)
    {
        _handle = handle;
        Path = path;
    }

    /// <summary>The database file.</summary>
    public string Path { get; }

    /// <summary>Opens or creates a file for writing.</summary>
    public static SqliteConnection OpenForWriting(string path) => Open(path, raw.SQLITE_OPEN_READWRITE | raw.SQLITE_OPEN_CREATE | NoMutex);

    /// <summary>Opens a file for reading; another connection may write to it meanwhile.</summary>
    /// <exception cref="StoreException">It cannot be opened.</exception>
    public static SqliteConnection OpenForReading(string path)
    {
        try
        {
            var connection = Open(path, raw.SQLITE_OPEN_READONLY | NoMutex);
            connection.Execute("PRAGMA query_only=1; PRAGMA cache_size=-512; SELECT count(*) FROM sqlite_schema");
            return connection;
        }
        catch (StoreException error) when (error.Failure is StoreFailure.Denied && !File.Exists(path + "-wal"))
        {
            // A write-ahead log needs a shared-memory file beside it, which a read-only directory cannot hold. Without a log nobody writes.
            var uri = new UriBuilder("file", "") { Path = path, Query = "immutable=1" }.Uri.AbsoluteUri;
            return Open(path, raw.SQLITE_OPEN_READONLY | raw.SQLITE_OPEN_URI | NoMutex, uri);
        }
    }

    /// <summary>Runs statements that return nothing of interest.</summary>
    public void Execute(string sql)
    {
        var result = raw.sqlite3_exec(_handle, sql);
        if (result != raw.SQLITE_OK)
        {
            throw Failure(result);
        }
    }

    /// <summary>Compiles a statement for repeated use; it lives as long as the connection.</summary>
    public SqliteStatement Prepare(string sql)
    {
        var result = raw.sqlite3_prepare_v2(_handle, sql, out var handle);
        if (result != raw.SQLITE_OK)
        {
            throw Failure(result);
        }

        var statement = new SqliteStatement(this, handle);
        _statements.Add(statement);
        return statement;
    }

    /// <summary>Frees a statement before its connection.</summary>
    public void Release(SqliteStatement statement)
    {
        _statements.Remove(statement);
        statement.Free();
    }

    /// <summary>Makes the statement that runs now fail soon with <see cref="StoreFailure.Interrupted"/>. From any thread.</summary>
    public void Interrupt() => raw.sqlite3_interrupt(_handle);

    /// <summary>What a result code other than OK, ROW and DONE means.</summary>
    public StoreException Failure(int result) => Failure(result, Path, raw.sqlite3_errmsg(_handle).utf8_to_string());

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in _statements)
        {
            statement.Free();
        }

        _statements.Clear();
        _handle.Dispose();
    }

    private static SqliteConnection Open(string path, int flags, string? uri = null)
    {
        _ = SqliteLibrary.Version;
        var result = raw.sqlite3_open_v2(uri ?? path, out var handle, flags, null);
        if (result != raw.SQLITE_OK)
        {
            var message = handle is null || handle.IsInvalid ? raw.sqlite3_errstr(result).utf8_to_string() : raw.sqlite3_errmsg(handle).utf8_to_string();
            handle?.Dispose();
            throw Failure(result, path, message);
        }

        var connection = new SqliteConnection(handle, path);
        try
        {
            connection.Execute("PRAGMA busy_timeout=5000");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static StoreException Failure(int result, string path, string message)
    {
        var failure = (result & 0xFF) switch
        {
            raw.SQLITE_FULL => StoreFailure.DiskFull,
            raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StoreFailure.Corrupt,
            raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_PERM or raw.SQLITE_AUTH => StoreFailure.Denied,
            raw.SQLITE_INTERRUPT => StoreFailure.Interrupted,
            _ => StoreFailure.Io,
        };
        var advice = failure switch
        {
            StoreFailure.DiskFull => "; free space on that disk, or lower the store's max_size",
            StoreFailure.Denied => "; check that the directory exists and that this user may read and write it",
            _ => "",
        };
        return new StoreException(failure, $"{path}: {message} (SQLite code {result}){advice}");
    }
}
