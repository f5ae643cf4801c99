using Sluice.Buffers;
using Sluice.Store.Files;
using Sluice.Store.Sqlite;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Store.Writing;

/// <summary>Writes log records and events, with their full text.</summary>
internal sealed class LogWriter : RowWriter
{
    private readonly SqliteStatement _insert;
    private readonly SqliteStatement _insertText;
    private readonly NameTable _events;
    private readonly PooledBufferWriter _body;
    private readonly PooledBufferWriter _attributes;

    public LogWriter(SqliteConnection connection, BufferPool pool)
        : base(connection, "logs", pool)
    {
        _insert = connection.Prepare(
            """
            INSERT INTO logs (id, time, service, severity, event, resource, trace_low, trace_high, span)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """);
        _insertText = connection.Prepare("INSERT INTO logs_text (rowid, name, body, attributes) VALUES (?1, ?2, ?3, ?4)");
        _events = new NameTable(connection, NameKind.Event);
        _body = new PooledBufferWriter(pool, "store text");
        _attributes = new PooledBufferWriter(pool, "store text");
    }

    public override void Dispose()
    {
        base.Dispose();
        _body.Dispose();
        _attributes.Dispose();
    }

    protected override (RecordKind Kind, byte Code) WriteRow(long row, RecordView record, long time, long service, long resource)
    {
        ref readonly var envelope = ref record.Envelope;
        var name = ReadText(record.Message);
        var isEvent = (envelope.Flags & EnvelopeFlags.Event) != EnvelopeFlags.None;

        _insert.Bind(1, row);
        _insert.Bind(2, time);
        _insert.Bind(3, service);
        _insert.Bind(4, envelope.Code);
        if (isEvent)
        {
            _insert.Bind(5, _events.IdOf(name));
        }
        else
        {
            _insert.BindNull(5);
        }

        _insert.Bind(6, resource);
        BindTrace(_insert, 7, 8, envelope.TraceId);
        BindSpan(_insert, 9, envelope.SpanId);
        _insert.Run();

        _insertText.Bind(1, row);
        _insertText.BindTextOrNull(2, name);
        _insertText.BindTextOrNull(3, _body.WrittenSpan);
        _insertText.BindTextOrNull(4, _attributes.WrittenSpan);
        _insertText.Run();
        return (isEvent ? RecordKind.Event : RecordKind.Log, envelope.Code);
    }

    /// <summary>Gathers the texts of body and attributes and returns the event name.</summary>
    private ReadOnlySpan<byte> ReadText(ReadOnlySpan<byte> message)
    {
        _body.Clear();
        _attributes.Clear();
        ReadOnlySpan<byte> name = default;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.WireType != WireType.LengthDelimited)
            {
                if (!reader.TrySkip())
                {
                    break;
                }

                continue;
            }

            if (!reader.TryReadBytes(out var bytes))
            {
                break;
            }

            switch (reader.Field)
            {
                case OtlpFields.LogRecord.Body:
                    LogText.Append(_body, AnyValue.Read(bytes));
                    break;
                case OtlpFields.LogRecord.Attributes:
                    LogText.Append(_attributes, new Telemetry.Attribute(bytes).Value);
                    break;
                case OtlpFields.LogRecord.EventName:
                    name = bytes;
                    break;
            }
        }

        return name;
    }
}
