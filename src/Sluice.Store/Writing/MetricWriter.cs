using Sluice.Buffers;
using Sluice.Store.Files;
using Sluice.Store.Sqlite;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Store.Writing;

/// <summary>Writes metrics: one row for a metric with all its data points.</summary>
internal sealed class MetricWriter : RowWriter
{
    private readonly SqliteStatement _insert;
    private readonly NameTable _names;

    public MetricWriter(SqliteConnection connection, BufferPool pool)
        : base(connection, "metrics", pool)
    {
        _insert = connection.Prepare("INSERT INTO metrics (id, time, service, name, type, resource) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _names = new NameTable(connection, NameKind.Metric, "metric_names");
    }

    protected override (RecordKind Kind, byte Code) WriteRow(long row, RecordView record, long time, long service, long resource)
    {
        ReadOnlySpan<byte> name = default;
        var reader = new ProtoReader(record.Message);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.Metric.Name, WireType: WireType.LengthDelimited })
            {
                if (reader.TryReadBytes(out var bytes))
                {
                    name = bytes;
                }
            }
            else if (!reader.TrySkip())
            {
                break;
            }
        }

        _insert.Bind(1, row);
        _insert.Bind(2, time);
        _insert.Bind(3, service);
        _insert.Bind(4, _names.IdOf(name));
        _insert.Bind(5, record.Envelope.Code);
        _insert.Bind(6, resource);
        _insert.Run();
        return (RecordKind.Metric, record.Envelope.Code);
    }
}
