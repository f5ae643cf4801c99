using SQLitePCL;

namespace Sluice.Store.Sqlite;

/// <summary>A compiled statement. Parameters count from 1, columns from 0, as in SQLite.</summary>
internal sealed class SqliteStatement
{
    private readonly SqliteConnection _connection;
    private readonly sqlite3_stmt _handle;

    internal SqliteStatement(SqliteConnection connection, sqlite3_stmt handle)
    {
        _connection = connection;
        _handle = handle;
    }

    /// <summary>Binds an integer.</summary>
    public void Bind(int parameter, long value) => Check(raw.sqlite3_bind_int64(_handle, parameter, value));

    /// <summary>Binds UTF-8 text.</summary>
    public void BindText(int parameter, ReadOnlySpan<byte> utf8)
    {
        // A span without memory would be bound as null.
        Check(utf8.IsEmpty ? raw.sqlite3_bind_text(_handle, parameter, "") : raw.sqlite3_bind_text(_handle, parameter, utf8));
    }

    /// <summary>Binds UTF-8 text, and null for an empty one: to full text it is the same, and an empty text costs an allocation.</summary>
    public void BindTextOrNull(int parameter, ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty)
        {
            BindNull(parameter);
        }
        else
        {
            BindText(parameter, utf8);
        }
    }

    /// <summary>Binds text.</summary>
    public void BindText(int parameter, string text) => Check(raw.sqlite3_bind_text(_handle, parameter, text));

    /// <summary>Binds bytes.</summary>
    public void BindBlob(int parameter, ReadOnlySpan<byte> bytes)
    {
        Check(bytes.IsEmpty ? raw.sqlite3_bind_zeroblob(_handle, parameter, 0) : raw.sqlite3_bind_blob(_handle, parameter, bytes));
    }

    /// <summary>Binds null.</summary>
    public void BindNull(int parameter) => Check(raw.sqlite3_bind_null(_handle, parameter));

    /// <summary>Moves to the next row.</summary>
    /// <returns>False at the end.</returns>
    public bool Step()
    {
        var result = raw.sqlite3_step(_handle);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        if (result == raw.SQLITE_DONE)
        {
            return false;
        }

        var failure = _connection.Failure(result);
        raw.sqlite3_reset(_handle);
        throw failure;
    }

    /// <summary>Runs a statement that returns no rows, and makes it ready for the next run.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>Ends the run, which also ends its read transaction. Bindings stay.</summary>
    public void Reset() => raw.sqlite3_reset(_handle);

    /// <summary>An integer of the row at hand; 0 for null.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(_handle, column);

    /// <summary>Whether a column of the row at hand is null.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_handle, column) == raw.SQLITE_NULL;

    /// <summary>Bytes of the row at hand, or the UTF-8 of a text; valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => raw.sqlite3_column_blob(_handle, column);

    /// <summary>Text of the row at hand; empty for null.</summary>
    public string Text(int column) => System.Text.Encoding.UTF8.GetString(Bytes(column));

    /// <summary>Runs the statement for its single integer; null without a row or with a null.</summary>
    public long? Scalar()
    {
        try
        {
            return Step() && !IsNull(0) ? Int64(0) : null;
        }
        finally
        {
            Reset();
        }
    }

    internal void Free() => _handle.Dispose();

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            throw _connection.Failure(result);
        }
    }
}
