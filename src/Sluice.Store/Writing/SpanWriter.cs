using System.Buffers.Binary;
using Sluice.Buffers;
using Sluice.Store.Files;
using Sluice.Store.Sqlite;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Store.Writing;

/// <summary>Writes spans.</summary>
internal sealed class SpanWriter : RowWriter
{
    private readonly SqliteStatement _insert;
    private readonly NameTable _names;

    public SpanWriter(SqliteConnection connection, BufferPool pool)
        : base(connection, "spans", pool)
    {
        _insert = connection.Prepare(
            """
            INSERT INTO spans (id, time, duration, service, name, kind, status, resource, trace_low, trace_high, span, parent)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            """);
        _names = new NameTable(connection, NameKind.Span, "span_names");
    }

    protected override (RecordKind Kind, byte Code) WriteRow(long row, RecordView record, long time, long service, long resource)
    {
        ref readonly var envelope = ref record.Envelope;
        ReadOnlySpan<byte> name = default;
        ulong end = 0;
        ulong parent = 0;
        var reader = new ProtoReader(record.Message);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.Span.Name, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out var bytes))
            {
                name = bytes;
            }
            else if (reader is { Field: OtlpFields.Span.ParentSpanId, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out bytes))
            {
                parent = bytes.Length == 8 ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : 0;
            }
            else if (reader is { Field: OtlpFields.Span.EndTimeUnixNano, WireType: WireType.Fixed64 } && reader.TryReadFixed64(out var nano))
            {
                end = nano;
            }
            else if (reader.Malformed || !reader.TrySkip())
            {
                break;
            }
        }

        var start = envelope.TimeUnixNano;
        var duration = end > start && start != 0 ? (long)Math.Min(end - start, long.MaxValue) : 0;
        _insert.Bind(1, row);
        _insert.Bind(2, time);
        _insert.Bind(3, duration);
        _insert.Bind(4, service);
        _insert.Bind(5, _names.IdOf(name));
        _insert.Bind(6, envelope.Kind);
        _insert.Bind(7, envelope.Code);
        _insert.Bind(8, resource);
        BindTrace(_insert, 9, 10, envelope.TraceId);
        BindSpan(_insert, 11, envelope.SpanId);
        BindSpan(_insert, 12, parent);
        _insert.Run();
        return (RecordKind.Span, envelope.Code);
    }
}
