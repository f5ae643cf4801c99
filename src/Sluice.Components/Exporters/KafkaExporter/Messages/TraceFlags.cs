using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.KafkaExporter.Messages;

/// <summary>The W3C trace flags of a log record or span: the low byte of its flags.</summary>
internal static class TraceFlags
{
    /// <summary>0 when it has none.</summary>
    public static byte Of(in RecordView record)
    {
        var field = record.Signal == Signal.Logs ? OtlpFields.LogRecord.Flags : OtlpFields.Span.Flags;
        var reader = new ProtoReader(record.Message);
        uint flags = 0;
        while (reader.TryReadTag())
        {
            if (reader.Field == field && reader.WireType == WireType.Fixed32)
            {
                reader.TryReadFixed32(out flags);
            }
            else
            {
                reader.TrySkip();
            }
        }

        return (byte)flags;
    }
}
