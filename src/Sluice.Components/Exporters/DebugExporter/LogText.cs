using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Prints log records.</summary>
internal static class LogText
{
    private static readonly string[] Severities =
    [
        "Unspecified", "Trace", "Trace2", "Trace3", "Trace4", "Debug", "Debug2", "Debug3", "Debug4", "Info", "Info2", "Info3", "Info4",
        "Warn", "Warn2", "Warn3", "Warn4", "Error", "Error2", "Error3", "Error4", "Fatal", "Fatal2", "Fatal3", "Fatal4",
    ];

    /// <summary>Appends one record.</summary>
    public static void Write(DebugText text, DebugVerbosity verbosity, RecordView record, int number)
    {
        var message = record.Message;
        var body = AnyValue.Read(WireFields.Bytes(message, OtlpFields.LogRecord.Body));
        if (verbosity == DebugVerbosity.Normal)
        {
            var eventName = WireFields.Bytes(message, OtlpFields.LogRecord.EventName);
            text.AddText(eventName).Add(eventName.IsEmpty || body.Kind == AnyValueKind.Empty ? "" : " ");
            FieldText.AddPairs(body.Kind == AnyValueKind.Empty ? text : text.AddPlain(body), record.Attributes);
            text.Line();
            return;
        }

        text.Add("LogRecord #").Add(number).Line();
        FieldText.Time(text, "", "ObservedTimestamp", WireFields.Number(message, OtlpFields.LogRecord.ObservedTimeUnixNano));
        FieldText.Time(text, "", "Timestamp", WireFields.Number(message, OtlpFields.LogRecord.TimeUnixNano));
        FieldText.Line(text, "EventName", WireFields.Bytes(message, OtlpFields.LogRecord.EventName));
        FieldText.Line(text, "SeverityText", WireFields.Bytes(message, OtlpFields.LogRecord.SeverityText));
        if (WireFields.Number(message, OtlpFields.LogRecord.SeverityNumber) is > 0 and var severity)
        {
            text.Add("SeverityNumber: ").Add(severity < (ulong)Severities.Length ? Severities[severity] : "").Add("(").Add((long)severity).Line(")");
        }

        if (body.Kind != AnyValueKind.Empty)
        {
            text.Add("Body: ").AddValue(body).Line();
        }

        FieldText.Attributes(text, "", "Attributes", message, OtlpFields.LogRecord.Attributes);
        FieldText.Count(text, "", "DroppedAttributesCount", WireFields.Number(message, OtlpFields.LogRecord.DroppedAttributesCount));
        FieldText.HexLine(text, "", "Trace ID", WireFields.Bytes(message, OtlpFields.LogRecord.TraceId));
        FieldText.HexLine(text, "", "Span ID", WireFields.Bytes(message, OtlpFields.LogRecord.SpanId));
        FieldText.Count(text, "", "Flags", WireFields.Number(message, OtlpFields.LogRecord.Flags));
    }
}
