using System.Globalization;
using System.Text.Json;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <content>Records of events.</content>
public sealed partial class CloudEventDecoder
{
    private const int LargestSeverity = 24;

    /// <summary>Writes the event at hand as one record.</summary>
    /// <param name="builder">Stands where a record may begin.</param>
    /// <param name="bytes">What was read: the JSON, or the data.</param>
    /// <param name="observedUnixNano">When it arrived.</param>
    /// <param name="hop">Where in a trace its message was sent, for an event that does not say where it began.</param>
    public void Write(OtlpRequestBuilder builder, ReadOnlySpan<byte> bytes, ulong observedUnixNano, TraceParent? hop)
    {
        builder.BeginRecord();
        WriteContext(builder, observedUnixNano, hop);
        WriteData(builder, bytes);
        builder.EndRecord();
    }

    private void WriteData(OtlpRequestBuilder builder, ReadOnlySpan<byte> bytes)
    {
        if (_form == DataForm.None)
        {
            return;
        }

        var data = _form == DataForm.Decoded ? _decoded.WrittenSpan : bytes.Slice(_dataStart, _dataLength);
        var isInexact = _form == DataForm.Json && !JsonText.IsExact(data);
        if (isInexact)
        {
            builder.Attribute(CloudEventKeys.DataEncoding, CloudEventKeys.JsonText);
        }

        builder.Body();
        switch (_form)
        {
            case DataForm.Json when !isInexact:
                JsonText.WriteValue(data, builder);
                break;
            case DataForm.JsonString:
                var reader = new Utf8JsonReader(data);
                reader.Read();
                builder.String(Unescape(ref reader, out _));
                break;
            case DataForm.Json or DataForm.Text:
                builder.String(data);
                break;
            default:
                builder.Bytes(data);
                break;
        }
    }

    private void WriteContext(OtlpRequestBuilder builder, ulong observedUnixNano, TraceParent? hop)
    {
        var time = Find("time"u8);
        var unixNano = Rfc3339.TryParse(time, out var parsed) ? parsed : 0;
        if (unixNano > 0)
        {
            builder.Time(unixNano);
        }

        builder.ObservedTime(observedUnixNano);
        WriteSeverity(builder);
        builder.EventName(Find("type"u8));

        var traceText = Find("traceparent"u8);
        var trace = traceText.IsEmpty ? hop : TraceParent.Read(traceText);
        if (trace is { } parent)
        {
            builder.TraceId(parent.TraceId);
            builder.SpanId(parent.SpanId);
            builder.TraceFlags(parent.Flags);
        }

        builder.Attribute(CloudEventKeys.Id, Find("id"u8));
        builder.Attribute(CloudEventKeys.Source, Find("source"u8));
        builder.Attribute(CloudEventKeys.SpecVersion, Find("specversion"u8));
        builder.Attribute(CloudEventKeys.Type, Find("type"u8));
        WriteOptional(builder, CloudEventKeys.Subject, Find("subject"u8));
        WriteOptional(builder, CloudEventKeys.DataContentType, Find("datacontenttype"u8));
        WriteOptional(builder, CloudEventKeys.DataSchema, Find("dataschema"u8));
        if (!time.IsEmpty && !IsWrittenAs(time, unixNano))
        {
            builder.Attribute(CloudEventKeys.Time, time);
        }

        for (var i = 0; i < _attributes.Count; i++)
        {
            var attribute = _attributes[i];
            var isInFields = CloudEventText.IsReserved(attribute.Name) || (attribute.Name.SequenceEqual("traceparent"u8) && IsWrittenAs(traceText, trace));
            if (!isInFields)
            {
                WriteExtension(builder, attribute);
            }
        }
    }

    /// <summary>The Severity extension has the numbers of OpenTelemetry.</summary>
    private void WriteSeverity(OtlpRequestBuilder builder)
    {
        if (int.TryParse(Find("severitynumber"u8), NumberStyles.None, CultureInfo.InvariantCulture, out var severity) && severity is > 0 and <= LargestSeverity)
        {
            builder.Severity(severity);
        }

        var text = Find("severitytext"u8);
        if (!text.IsEmpty)
        {
            builder.SeverityText(text);
        }
    }

    private void WriteExtension(OtlpRequestBuilder builder, CloudEventAttribute attribute)
    {
        _text.Clear();
        _text.Write(CloudEventKeys.ExtensionPrefix);
        _text.Write(attribute.Name);
        switch (attribute.Kind)
        {
            case CloudEventAttributeKind.Integer:
                builder.Attribute(_text.WrittenSpan, long.Parse(attribute.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
                break;
            case CloudEventAttributeKind.Boolean:
                builder.Attribute(_text.WrittenSpan, attribute.Value[0] == 't');
                break;
            default:
                builder.Attribute(_text.WrittenSpan, attribute.Value);
                break;
        }
    }

    private static void WriteOptional(OtlpRequestBuilder builder, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!value.IsEmpty)
        {
            builder.Attribute(key, value);
        }
    }

    /// <summary>Whether the time of a record gives this text.</summary>
    private static bool IsWrittenAs(ReadOnlySpan<byte> text, ulong unixNano)
    {
        Span<byte> space = stackalloc byte[Rfc3339.Length];
        return unixNano > 0 && text.SequenceEqual(space[..Rfc3339.WriteShortest(unixNano, space)]);
    }

    /// <summary>Whether the trace of a record gives this text.</summary>
    private static bool IsWrittenAs(ReadOnlySpan<byte> text, TraceParent? trace)
    {
        if (trace is not { } parent || text.Length != TraceParent.Length)
        {
            return false;
        }

        Span<byte> space = stackalloc byte[TraceParent.Length];
        parent.Write(space);
        return text.SequenceEqual(space);
    }
}
