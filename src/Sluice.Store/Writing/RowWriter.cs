using Sluice.Buffers;
using Sluice.Store.Files;
using Sluice.Store.Sqlite;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders;

namespace Sluice.Store.Writing;

/// <summary>What the three tables of records have in common: row ids in order of arrival, and the JSON in chunks.</summary>
internal abstract class RowWriter : IDisposable
{
    protected RowWriter(SqliteConnection connection, string table, BufferPool pool)
    {
        Chunks = new JsonChunks(connection, table + "_json", pool);
        NextRow = (connection.Prepare($"SELECT max(id) FROM {table}").Scalar() ?? 0) + 1;
    }

    /// <summary>Where the JSON goes.</summary>
    public JsonChunks Chunks { get; }

    /// <summary>The row id of the next record.</summary>
    protected long NextRow { get; private set; }

    /// <summary>Writes the row of a record and returns what it is counted as.</summary>
    public RowSummary Write(RecordView record, long service, long resource, long received)
    {
        var row = NextRow;
        var time = StoreTime.OfRecord(record.Envelope.TimeUnixNano, received);
        var (kind, code) = WriteRow(row, record, time, service, resource);
        NextRow++;
        return new RowSummary(kind, row, time, code);
    }

    /// <summary>Writes the columns.</summary>
    protected abstract (RecordKind Kind, byte Code) WriteRow(long row, RecordView record, long time, long service, long resource);

    public virtual void Dispose() => Chunks.Dispose();

    /// <summary>Binds a trace id as two integers, or nulls when absent.</summary>
    protected static void BindTrace(SqliteStatement statement, int low, int high, TraceId trace)
    {
        if (trace.IsEmpty)
        {
            statement.BindNull(low);
            statement.BindNull(high);
            return;
        }

        statement.Bind(low, (long)trace.Low);
        statement.Bind(high, (long)trace.High);
    }

    /// <summary>Binds a span id, or null when absent.</summary>
    protected static void BindSpan(SqliteStatement statement, int parameter, ulong span)
    {
        if (span == 0)
        {
            statement.BindNull(parameter);
            return;
        }

        statement.Bind(parameter, (long)span);
    }
}
