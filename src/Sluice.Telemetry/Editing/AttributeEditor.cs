using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Editing;

/// <summary>
/// Applies operations, in their order, to the attributes of messages: of records, resources, scopes, or the data points of metrics. Reads a
/// message once and writes it once, and only when something changed. Allocates only where a pattern matches.
/// </summary>
/// <remarks>Holds scratch memory between messages; not thread-safe, so each thread has its own. The messages must have passed the indexer.</remarks>
public sealed partial class AttributeEditor : IDisposable
{
    private readonly AttributeOperation[] _operations;
    private readonly AttributeTable _table;
    private readonly PooledBufferWriter _text;

    /// <summary>Creates an editor; memory is rented on first use.</summary>
    public AttributeEditor(IReadOnlyList<AttributeOperation> operations, BufferPool pool)
    {
        _operations = [.. operations];
        _table = new AttributeTable(pool);
        _text = new PooledBufferWriter(pool, "attribute text being converted");
    }

    /// <summary>Applies the operations to the attributes in field <paramref name="field"/> of <paramref name="message"/>.</summary>
    /// <param name="message">Must not lie in <paramref name="output"/>.</param>
    /// <param name="field">Where the message has its attributes, such as <see cref="RecordView.AttributesField"/> of the signal.</param>
    /// <param name="output">The edited message is appended here.</param>
    /// <param name="context">Gives <see cref="AttributeSource.FromContext"/> its values.</param>
    /// <returns>False, with nothing written, when nothing changed.</returns>
    public bool TryEdit(ReadOnlySpan<byte> message, int field, PooledBufferWriter output, IAttributeContext? context = null)
    {
        _table.Read(message, field);
        foreach (var operation in _operations)
        {
            Apply(operation, message, context);
        }

        if (!_table.IsChanged)
        {
            return false;
        }

        _table.Write(message, output);
        return true;
    }

    /// <summary>Applies the operations to the attributes of every data point of a <c>Metric</c>.</summary>
    /// <param name="metric">Must not lie in <paramref name="output"/>.</param>
    /// <param name="output">The edited metric is appended here.</param>
    /// <param name="context">Gives <see cref="AttributeSource.FromContext"/> its values.</param>
    /// <returns>False, with nothing written, when nothing changed.</returns>
    public bool TryEditDataPoints(ReadOnlySpan<byte> metric, PooledBufferWriter output, IAttributeContext? context = null)
    {
        var start = output.Length;
        var writer = new ProtoWriter(output);
        var changed = false;
        var reader = new ProtoReader(metric);
        while (reader.TryReadTag())
        {
            var attributes = DataPointAttributes(reader.Field);
            if (attributes == 0 || reader.WireType != WireType.LengthDelimited)
            {
                if (!reader.TrySkip())
                {
                    break;
                }

                writer.Raw(reader.FieldBytes);
                continue;
            }

            if (!reader.TryReadBytes(out var data))
            {
                break;
            }

            var mark = writer.BeginMessage(reader.Field, data.Length);
            changed |= EditPoints(data, attributes, output, context);
            writer.EndMessage(mark, data.Length);
        }

        if (!changed)
        {
            output.Truncate(start);
        }

        return changed;
    }

    /// <summary>Returns the scratch memory. The editor may be used again afterwards.</summary>
    public void Dispose()
    {
        _table.Dispose();
        _text.Dispose();
        _characters = [];
    }

    private bool EditPoints(ReadOnlySpan<byte> data, int attributes, PooledBufferWriter output, IAttributeContext? context)
    {
        var writer = new ProtoWriter(output);
        var changed = false;
        var reader = new ProtoReader(data);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.MetricData.DataPoints, WireType: WireType.LengthDelimited })
            {
                if (!reader.TryReadBytes(out var point))
                {
                    break;
                }

                var before = output.Length;
                var mark = writer.BeginMessage(OtlpFields.MetricData.DataPoints, point.Length);
                if (TryEdit(point, attributes, output, context))
                {
                    writer.EndMessage(mark, point.Length);
                    changed = true;
                    continue;
                }

                output.Truncate(before);
            }
            else if (!reader.TrySkip())
            {
                break;
            }

            writer.Raw(reader.FieldBytes);
        }

        return changed;
    }

    /// <summary>Number of the attributes field of the data points in a metric's data field; 0 when the field is not data.</summary>
    private static int DataPointAttributes(int dataField) => dataField switch
    {
        OtlpFields.Metric.Gauge or OtlpFields.Metric.Sum => OtlpFields.NumberDataPoint.Attributes,
        OtlpFields.Metric.Histogram => OtlpFields.HistogramDataPoint.Attributes,
        OtlpFields.Metric.ExponentialHistogram => OtlpFields.ExponentialHistogramDataPoint.Attributes,
        OtlpFields.Metric.Summary => OtlpFields.SummaryDataPoint.Attributes,
        _ => 0,
    };
}
