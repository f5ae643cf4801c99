using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Prints spans with their events and links.</summary>
internal static class SpanText
{
    private const string Indent = "    ";

    private static readonly string[] Kinds = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
    private static readonly string[] StatusCodes = ["Unset", "Ok", "Error"];

    /// <summary>Appends one span.</summary>
    public static void Write(DebugText text, DebugVerbosity verbosity, RecordView record, int number)
    {
        var message = record.Message;
        var name = WireFields.Bytes(message, OtlpFields.Span.Name);
        var traceId = WireFields.Bytes(message, OtlpFields.Span.TraceId);
        var spanId = WireFields.Bytes(message, OtlpFields.Span.SpanId);
        if (verbosity == DebugVerbosity.Normal)
        {
            FieldText.AddPairs(text.AddText(name).Add(" ").AddHex(traceId).Add(" ").AddHex(spanId), record.Attributes);
            text.Line();
            return;
        }

        text.Add("Span #").Add(number).Line();
        FieldText.HexLine(text, Indent, "Trace ID       ", traceId);
        FieldText.HexLine(text, Indent, "Parent ID      ", WireFields.Bytes(message, OtlpFields.Span.ParentSpanId));
        FieldText.HexLine(text, Indent, "ID             ", spanId);
        FieldText.Line(text, "Name           ", name, Indent);
        FieldText.Line(text, "TraceState     ", WireFields.Bytes(message, OtlpFields.Span.TraceState), Indent);
        Enumeration(text, "Kind           ", Kinds, WireFields.Number(message, OtlpFields.Span.Kind));
        FieldText.Time(text, Indent, "Start time     ", WireFields.Number(message, OtlpFields.Span.StartTimeUnixNano));
        FieldText.Time(text, Indent, "End time       ", WireFields.Number(message, OtlpFields.Span.EndTimeUnixNano));
        var status = WireFields.Bytes(message, OtlpFields.Span.Status);
        Enumeration(text, "Status code    ", StatusCodes, WireFields.Number(status, OtlpFields.Status.Code));
        FieldText.Line(text, "Status message ", WireFields.Bytes(status, OtlpFields.Status.Message), Indent);
        FieldText.Count(text, Indent, "Flags          ", WireFields.Number(message, OtlpFields.Span.Flags));
        FieldText.Attributes(text, "", "Attributes", message, OtlpFields.Span.Attributes);
        FieldText.Count(text, "", "DroppedAttributesCount", WireFields.Number(message, OtlpFields.Span.DroppedAttributesCount));
        WriteEvents(text, message);
        WriteLinks(text, message);
    }

    private static void WriteEvents(DebugText text, ReadOnlySpan<byte> span)
    {
        var number = 0;
        foreach (var item in new RepeatedField(span, OtlpFields.Span.Events))
        {
            text.Add("SpanEvent #").Add(number++).Line();
            FieldText.Line(text, "Name", WireFields.Bytes(item, OtlpFields.SpanEvent.Name), Indent);
            FieldText.Time(text, Indent, "Timestamp", WireFields.Number(item, OtlpFields.SpanEvent.TimeUnixNano));
            FieldText.Attributes(text, Indent, "Attributes", item, OtlpFields.SpanEvent.Attributes);
            FieldText.Count(text, Indent, "DroppedAttributesCount", WireFields.Number(item, OtlpFields.SpanEvent.DroppedAttributesCount));
        }

        FieldText.Count(text, "", "DroppedEventsCount", WireFields.Number(span, OtlpFields.Span.DroppedEventsCount));
    }

    private static void WriteLinks(DebugText text, ReadOnlySpan<byte> span)
    {
        var number = 0;
        foreach (var item in new RepeatedField(span, OtlpFields.Span.Links))
        {
            text.Add("SpanLink #").Add(number++).Line();
            FieldText.HexLine(text, Indent, "Trace ID", WireFields.Bytes(item, OtlpFields.SpanLink.TraceId));
            FieldText.HexLine(text, Indent, "ID", WireFields.Bytes(item, OtlpFields.SpanLink.SpanId));
            FieldText.Line(text, "TraceState", WireFields.Bytes(item, OtlpFields.SpanLink.TraceState), Indent);
            FieldText.Count(text, Indent, "Flags", WireFields.Number(item, OtlpFields.SpanLink.Flags));
            FieldText.Attributes(text, Indent, "Attributes", item, OtlpFields.SpanLink.Attributes);
            FieldText.Count(text, Indent, "DroppedAttributesCount", WireFields.Number(item, OtlpFields.SpanLink.DroppedAttributesCount));
        }

        FieldText.Count(text, "", "DroppedLinksCount", WireFields.Number(span, OtlpFields.Span.DroppedLinksCount));
    }

    private static void Enumeration(DebugText text, string name, string[] names, ulong value)
    {
        text.Add(Indent).Add(name).Add(": ");
        (value < (ulong)names.Length ? text.Add(names[value]) : text.Add(value)).Line();
    }
}
