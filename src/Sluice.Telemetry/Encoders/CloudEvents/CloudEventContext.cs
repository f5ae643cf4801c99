using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>Finds the context attributes of a record.</summary>
internal sealed class CloudEventContext(BufferPool buffers, CloudEventAttributeSet attributes) : IDisposable
{
    private readonly KeySet _keys = new();
    private readonly PooledBufferWriter _source = new(buffers, "source of CloudEvents");
    private int _sourceOf = -1;

    /// <summary>Whether the record at hand is a CloudEvent, rather than what becomes the data of one.</summary>
    public bool IsCloudEvent { get; private set; }

    /// <summary>Forgets what it keeps of the batch before.</summary>
    public void BeginBatch() => _sourceOf = -1;

    /// <summary>Fills the set with the attributes of a record.</summary>
    public void Read(RecordView record, RecordId id)
    {
        attributes.Clear();
        attributes.Add("specversion"u8, "1.0"u8);
        switch (record.Signal)
        {
            case Signal.Logs:
                ReadLog(record, id);
                break;
            case Signal.Traces:
                ReadSpan(record, id);
                break;
            default:
                ReadMetric(record, id);
                break;
        }
    }

    public void Dispose() => _source.Dispose();

    private void ReadLog(RecordView record, RecordId id)
    {
        var fields = CloudEventFields.Read(record.Message);
        IsCloudEvent = fields.IsCloudEvent;
        if (IsCloudEvent)
        {
            attributes.Add("id"u8, fields.Id);
            attributes.Add("source"u8, fields.Source);
            attributes.Add("type"u8, fields.Type);
            AddOptional("subject"u8, fields.Subject);
            if (!fields.TimeText.IsEmpty)
            {
                attributes.AddReplacing("time"u8, fields.TimeText);
            }
            else
            {
                AddTime(fields.Time);
            }

            AddOptional("dataschema"u8, fields.DataSchema);
            AddExtensions(record);
            AddTrace(record, fields.Flags);
            return;
        }

        AddOwn(record, id, fields.EventName.IsEmpty ? "sluice.log"u8 : fields.EventName, default);
        AddExtensions(record);
        AddTrace(record, fields.Flags);

        // The extension asks for the number wherever there is a text.
        if (fields.SeverityNumber > 0)
        {
            if (!fields.SeverityText.IsEmpty && !attributes.Contains("severitytext"u8))
            {
                attributes.AddReplacing("severitytext"u8, fields.SeverityText);
            }

            if (!attributes.Contains("severitynumber"u8))
            {
                attributes.Add("severitynumber"u8, fields.SeverityNumber);
            }
        }
    }

    private void ReadSpan(RecordView record, RecordId id)
    {
        IsCloudEvent = false;
        var fields = SpanFields.Read(record.Message);
        AddOwn(record, id, "sluice.span"u8, fields.Name);
        AddExtensions(record);
        AddTrace(record, fields.Flags);
        if (!fields.TraceState.IsEmpty && !attributes.Contains("tracestate"u8))
        {
            attributes.AddReplacing("tracestate"u8, fields.TraceState);
        }
    }

    private void ReadMetric(RecordView record, RecordId id)
    {
        IsCloudEvent = false;
        ReadOnlySpan<byte> name = default;
        var reader = new ProtoReader(record.Message);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.Metric.Name, WireType: WireType.LengthDelimited })
            {
                reader.TryReadBytes(out name);
            }
            else
            {
                reader.TrySkip();
            }
        }

        AddOwn(record, id, "sluice.metric"u8, name);
        AddExtensions(record);
    }

    /// <summary>The attributes of an event that is made of a record: it is the record id that makes it unique, whatever its source.</summary>
    private void AddOwn(RecordView record, RecordId id, ReadOnlySpan<byte> type, ReadOnlySpan<byte> subject)
    {
        Span<byte> digits = stackalloc byte[RecordId.TextLength];
        id.Format(digits);
        attributes.Add("id"u8, digits);
        attributes.Add("source"u8, SourceOf(record));
        attributes.AddReplacing("type"u8, type);
        AddOptional("subject"u8, subject);
        AddTime(record.Envelope.TimeUnixNano);
    }

    /// <summary>
    /// <c>/namespace/service</c>, or <c>/service</c>, as a reference to a URI; the name that OpenTelemetry gives services without one. Records of
    /// one resource stand together, so the one before mostly has the same.
    /// </summary>
    private ReadOnlySpan<byte> SourceOf(RecordView record)
    {
        if (_sourceOf != record.Envelope.Resource)
        {
            _sourceOf = record.Envelope.Resource;
            _source.Clear();
            if (AttributeEnumerator.TryFind(record.Resource, OtlpFields.Resource.Attributes, "service.namespace"u8, out var space)
                && space.Kind == AnyValueKind.String && !space.Bytes.IsEmpty)
            {
                _source.WriteByte((byte)'/');
                CloudEventText.WritePathSegment(space.Bytes, _source);
            }

            _source.WriteByte((byte)'/');
            CloudEventText.WritePathSegment(record.Service.IsEmpty ? "unknown_service"u8 : record.Service, _source);
        }

        return _source.WrittenSpan;
    }

    private void AddTime(ulong unixNano)
    {
        if (unixNano != 0)
        {
            attributes.AddTime("time"u8, unixNano);
        }
    }

    private void AddOptional(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            attributes.AddReplacing(name, value);
        }
    }

    /// <summary>The Distributed Tracing extension, unless the event brought its own.</summary>
    private void AddTrace(RecordView record, uint flags)
    {
        if (record.Envelope.TraceId.IsEmpty || record.Envelope.SpanId == 0 || attributes.Contains("traceparent"u8))
        {
            return;
        }

        Span<byte> text = stackalloc byte[TraceParent.Length];
        new TraceParent(record.Envelope.TraceId, record.Envelope.SpanId, (byte)flags).Write(text);
        attributes.Add("traceparent"u8, text);
    }

    /// <summary>
    /// Attributes <c>cloudevents.extension.NAME</c> of any record. What CloudEvents have no type for (lists, nothing) and names that they do not
    /// allow are left out; of a repeated one the first counts.
    /// </summary>
    private void AddExtensions(RecordView record)
    {
        var message = record.Message;
        var field = RecordView.AttributesField(record.Signal);
        var any = false;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field != field || reader.WireType != WireType.LengthDelimited)
            {
                reader.TrySkip();
                continue;
            }

            reader.TryReadBytes(out var keyValue);
            var attribute = new Attribute(keyValue);
            if (!attribute.Key.StartsWith(CloudEventKeys.ExtensionPrefix))
            {
                continue;
            }

            if (!any)
            {
                _keys.Clear();
                any = true;
            }

            var name = attribute.Key[CloudEventKeys.ExtensionPrefix.Length..];
            if (CloudEventText.IsName(name) && !CloudEventText.IsReserved(name)
                && _keys.Add(message, attribute.Key, reader.Position - keyValue.Length, keyValue.Length))
            {
                AddExtension(name, attribute.Value);
            }
        }
    }

    private void AddExtension(ReadOnlySpan<byte> name, AnyValue value)
    {
        switch (value.Kind)
        {
            case AnyValueKind.String:
                attributes.AddReplacing(name, value.Bytes);
                break;
            case AnyValueKind.Bool:
                attributes.Add(name, value.Bool);
                break;
            case AnyValueKind.Int:
                attributes.Add(name, value.Int);
                break;
            case AnyValueKind.Double:
                attributes.Add(name, value.Double);
                break;
            case AnyValueKind.Bytes:
                attributes.AddBase64(name, value.Bytes);
                break;
            default:
                break;
        }
    }
}
