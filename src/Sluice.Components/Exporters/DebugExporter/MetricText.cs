using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>Prints metrics with their data points.</summary>
internal static class MetricText
{
    private static readonly string[] Temporalities = ["Unspecified", "Delta", "Cumulative"];

    /// <summary>Appends one metric.</summary>
    public static void Write(DebugText text, DebugVerbosity verbosity, RecordView record, int number)
    {
        var metric = record.Message;
        var kind = record.Envelope.Code;
        var data = kind == 0 ? default : WireFields.Bytes(metric, kind);
        var name = WireFields.Bytes(metric, OtlpFields.Metric.Name);
        if (verbosity == DebugVerbosity.Normal)
        {
            foreach (var point in new RepeatedField(data, OtlpFields.MetricData.DataPoints))
            {
                DataPointLine.Write(text.AddText(name), kind, point);
            }

            return;
        }

        text.Add("Metric #").Add(number).Line();
        text.Line("Descriptor:");
        FieldText.Line(text, "Name", name, "     -> ");
        FieldText.Line(text, "Description", WireFields.Bytes(metric, OtlpFields.Metric.Description), "     -> ");
        FieldText.Line(text, "Unit", WireFields.Bytes(metric, OtlpFields.Metric.Unit), "     -> ");
        text.Add("     -> DataType: ").Line(KindName(kind));
        if (kind == OtlpFields.Metric.Sum)
        {
            text.Add("     -> IsMonotonic: ").Line(WireFields.Number(data, OtlpFields.MetricData.IsMonotonic) != 0 ? "true" : "false");
        }

        if (kind is OtlpFields.Metric.Sum or OtlpFields.Metric.Histogram or OtlpFields.Metric.ExponentialHistogram)
        {
            var temporality = WireFields.Number(data, OtlpFields.MetricData.AggregationTemporality);
            text.Add("     -> AggregationTemporality: ");
            (temporality < (ulong)Temporalities.Length ? text.Add(Temporalities[temporality]) : text.Add(temporality)).Line();
        }

        FieldText.Attributes(text, "", "Metadata", metric, OtlpFields.Metric.Metadata);
        var pointNumber = 0;
        foreach (var point in new RepeatedField(data, OtlpFields.MetricData.DataPoints))
        {
            DataPointText.Write(text, kind, point, pointNumber++);
        }
    }

    private static string KindName(int kind) => kind switch
    {
        OtlpFields.Metric.Gauge => "Gauge",
        OtlpFields.Metric.Sum => "Sum",
        OtlpFields.Metric.Histogram => "Histogram",
        OtlpFields.Metric.ExponentialHistogram => "ExponentialHistogram",
        OtlpFields.Metric.Summary => "Summary",
        _ => "Empty",
    };
}
