using System.Text;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;

/// <summary>A sample that was read.</summary>
internal sealed record ReadSample(string Name, SortedDictionary<string, string> Labels, double Value, long? TimeUnixMs, string? Exemplar);

/// <summary>Reads expositions whole.</summary>
internal static class ExpositionPage
{
    public static (List<ReadSample> Samples, List<string> Families) Read(string text, bool isOpenMetrics = false) => Read(Encoding.UTF8.GetBytes(text), isOpenMetrics);

    /// <returns>The samples, and a line for each type, help and unit.</returns>
    public static (List<ReadSample> Samples, List<string> Families) Read(byte[] utf8, bool isOpenMetrics)
    {
        var line = new ExpositionLine();
        var reader = new ExpositionReader(isOpenMetrics, line);
        reader.Continue(utf8, isLast: true);
        var (samples, families) = (new List<ReadSample>(), new List<string>());
        while (reader.Read())
        {
            var name = Encoding.UTF8.GetString(reader.Name);
            if (line.Kind != ExpositionLineKind.Sample)
            {
                families.Add($"{line.Kind} {name} {(line.Kind == ExpositionLineKind.Type ? line.Type.ToString() : Encoding.UTF8.GetString(reader.Text))}");
                continue;
            }

            var exemplar = line.HasExemplar
                ? FormattableString.Invariant($"{string.Join(',', line.ExemplarLabels.Texts.Select(label => $"{label.Key}={label.Value}"))} {line.ExemplarValue} @{line.ExemplarTimeUnixMs}")
                : null;
            samples.Add(new ReadSample(name, new(line.Labels.Texts.ToDictionary(), StringComparer.Ordinal), line.Value, line.TimeUnixMs == ExpositionLine.NoTime ? null : line.TimeUnixMs, exemplar));
        }

        return (samples, families);
    }
}
