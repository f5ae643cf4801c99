using System.Globalization;
using System.Text;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>
/// Encodes the labels of a series, sorted by name, the name of the metric among them. For remote write 1.0 as a <c>TimeSeries</c> has them: each a
/// <c>Label</c> in field 1. For 2.0 as a <see cref="SeriesHeader"/>.
/// </summary>
/// <param name="labels">The labels without that name.</param>
/// <param name="symbols">Where their strings get numbers; null for remote write 1.0.</param>
/// <param name="metadata">What 2.0 says beside them.</param>
internal sealed class SeriesLabels(SortedDictionary<string, string> labels, SymbolTable? symbols = null, SeriesMetadata metadata = default)
{
    private const int NameField = 1;
    private const int ValueField = 2;
    private const byte LabelTag = 0x0A;
    private const byte NameTag = 0x0A;
    private const byte ValueTag = 0x12;
    private const string MetricName = "__name__";

    private static readonly Comparer<byte[]> ByBytes = Comparer<byte[]>.Create((x, y) => x.AsSpan().SequenceCompareTo(y));

    private readonly KeyValuePair<byte[], byte[]>[] _labels = [.. labels.Select(label => Pair(label.Key, label.Value))];

    /// <summary>The labels of a series with a name, and with one label more.</summary>
    public byte[] Encode(string name, string extra = "", string value = "")
    {
        var all = new List<KeyValuePair<byte[], byte[]>>(_labels) { Pair(MetricName, name) };
        if (extra.Length > 0)
        {
            all.Add(Pair(extra, value));
        }

        // By bytes, which is not the order of UTF-16 where characters lie beyond it.
        all.Sort((x, y) => ByBytes.Compare(x.Key, y.Key));
        if (symbols is not null)
        {
            return SeriesHeader.Encode([.. all.SelectMany(label => (int[])[symbols.Intern(label.Key), symbols.Intern(label.Value)])], metadata);
        }

        var bytes = new ByteScratch();
        foreach (var label in all)
        {
            Write(bytes, label.Key, label.Value);
        }

        return bytes.Span.ToArray();
    }

    /// <summary>A number as the label <c>le</c> or <c>quantile</c> has it: the shortest decimal digits that are read back as the same, without exponent.</summary>
    public static string Number(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
        }

        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var e = text.IndexOf('E', StringComparison.Ordinal);
        if (e < 0)
        {
            return text;
        }

        var sign = text[0] == '-' ? "-" : "";
        var digits = text[sign.Length..e];
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var whole = (point < 0 ? digits.Length : point) + int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        digits = digits.Replace(".", "", StringComparison.Ordinal);
        return sign + (whole <= 0
            ? "0." + new string('0', -whole) + digits
            : digits.Length <= whole ? digits.PadRight(whole, '0') : $"{digits[..whole]}.{digits[whole..]}");
    }

    private static KeyValuePair<byte[], byte[]> Pair(string name, string value) => new(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));

    private static void Write(ByteScratch output, byte[] name, byte[] value)
    {
        output.Append(LabelTag);
        output.AppendVarint((ulong)(ProtoWriter.BytesFieldSize(NameField, name.Length) + ProtoWriter.BytesFieldSize(ValueField, value.Length)));
        output.Append(NameTag);
        output.AppendVarint((ulong)name.Length);
        output.Append(name);
        output.Append(ValueTag);
        output.AppendVarint((ulong)value.Length);
        output.Append(value);
    }
}
