using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sluice.Transport.Prometheus;

/// <summary>
/// Writes the text format 0.0.4, see
/// https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md.
/// </summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static void Write(IBufferWriter<byte> output, MetricFamily family, long generation)
    {
        var series = family.Series.Snapshot();
        if (family.Observed)
        {
            series = Array.FindAll(series, s => s.Generation == generation);
        }

        if (series.Length == 0)
        {
            return;
        }

        var help = new StringBuilder();
        AppendEscaped(help, family.Help, quotes: false);
        Write(output, $"# HELP {family.Name} {help}\n# TYPE {family.Name} {TypeName(family.Kind)}\n");
        foreach (var one in series)
        {
            if (family.Kind == MetricKind.Histogram)
            {
                WriteHistogram(output, family, one);
            }
            else
            {
                WriteSample(output, family.Name, one.Labels, null, Value(one));
            }
        }
    }

    /// <summary>Appends a label name; characters that none may have become underscores.</summary>
    public static void AppendLabelName(StringBuilder text, string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            text.Append(c == '_' || char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c)) ? c : '_');
        }
    }

    /// <summary>Appends text with backslash and line feed escaped, and quotes where they would end it.</summary>
    public static void AppendEscaped(StringBuilder text, string value, bool quotes)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => text.Append(@"\\"),
                '\n' => text.Append(@"\n"),
                '"' when quotes => text.Append("\\\""),
                _ => text.Append(c),
            };
        }
    }

    private static void WriteHistogram(IBufferWriter<byte> output, MetricFamily family, MetricSeries series)
    {
        var name = $"{family.Name}_bucket";
        long below = 0;
        for (var i = 0; i <= family.Bounds.Length; i++)
        {
            below += series.BucketCount(i);
            var bound = i < family.Bounds.Length ? Text(family.Bounds[i]) : "+Inf";
            WriteSample(output, name, series.Labels, bound, below.ToString(CultureInfo.InvariantCulture));
        }

        WriteSample(output, $"{family.Name}_sum", series.Labels, null, Text(series.Real));

        // The count is that of the buckets just written, whatever is measured meanwhile: the two must agree.
        WriteSample(output, $"{family.Name}_count", series.Labels, null, below.ToString(CultureInfo.InvariantCulture));
    }

    private static void WriteSample(IBufferWriter<byte> output, string name, byte[] labels, string? bound, string value)
    {
        Write(output, name);
        if (labels.Length > 0 || bound is not null)
        {
            output.Write("{"u8);
            output.Write(labels);
            if (bound is not null)
            {
                Write(output, labels.Length > 0 ? $",le=\"{bound}\"" : $"le=\"{bound}\"");
            }

            output.Write("}"u8);
        }

        Write(output, $" {value}\n");
    }

    private static string Value(MetricSeries series)
    {
        var real = series.Real;
        return real == 0 ? series.Integer.ToString(CultureInfo.InvariantCulture) : Text(real + series.Integer);
    }

    /// <summary>As Prometheus' own libraries write it, so that the bounds of buckets are the same texts everywhere.</summary>
    private static string Text(double value)
    {
        if (double.IsFinite(value))
        {
            return value.ToString(CultureInfo.InvariantCulture).Replace('E', 'e');
        }

        return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
    }

    private static string TypeName(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        _ => "histogram",
    };

    private static void Write(IBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);
}
