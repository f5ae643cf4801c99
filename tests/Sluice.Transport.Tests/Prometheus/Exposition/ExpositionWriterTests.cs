using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Buffers;
using Sluice.Testing;
using Sluice.Testing.Prometheus;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Transport.Tests.Prometheus.Exposition;

/// <summary>Whatever is written is read back as it was, by a reader that refuses what Prometheus refuses.</summary>
public sealed class ExpositionWriterTests
{
    private static readonly double[] SpecialValues =
        [double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, double.Epsilon, double.MaxValue, 1e15, 1e15 - 1, 9007199254740993, -12, 0.1];

    [Theory]
    [InlineData(ExpositionFormat.Text)]
    [InlineData(ExpositionFormat.OpenMetrics)]
    public void Anything_is_read_back_as_it_was_written(ExpositionFormat format) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            using var buffers = new BufferPool(new() { Tracking = true });
            using var output = new ExpositionBuffer(buffers);
            var writer = new ExpositionWriter(output, format);
            var expected = new List<ParsedMetric>();
            for (var i = random.Next(6); i > 0; i--)
            {
                expected.Add(WriteAny(writer, random, $"{AnyText(random, 1)}{i}"));
            }

            writer.Complete();
            var read = StrictParser.Parse(output.ToArray(), format == ExpositionFormat.OpenMetrics);
            Assert.Equal(expected.Select(Describe), read.Select(Describe));
        }).Check(500);

    [Fact]
    public void Labels_are_read_and_escaped_whatever_is_in_their_names() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var labels = AnyLabels(random, 6);
            var encoded = LabelText.Encode(labels.Select(label => KeyValuePair.Create(label.Name, label.Value)));
            var read = new List<(string Name, string Value)>();
            var reader = new LabelReader(encoded);
            while (reader.Read())
            {
                read.Add((Text(reader.Name), Text(reader.Value)));
            }

            Assert.Equal(labels, read);
            var escaped = Encoding.UTF8.GetString(LabelText.Escape(encoded, NameEscaping.Values));
            var line = Encoding.UTF8.GetBytes($"# TYPE a gauge\na{{{escaped}}} 1\n");
            Assert.Equal(
                labels.Select(label => ExpositionNames.EscapeLabel(label.Name, NameEscaping.Values)),
                StrictParser.Parse(line, isOpenMetrics: false)[0].Samples[0].Labels.Select(label => label.Name));

            static string Text(ReadOnlySpan<byte> escaped)
            {
                var text = new byte[escaped.Length];
                return Encoding.UTF8.GetString(text.AsSpan(0, LabelReader.Unescape(escaped, text)));
            }
        }).Check(300);

    [Theory]
    [InlineData("a 1\n", "without a type")]
    [InlineData("# TYPE a gauge\na 1", "not ended")]
    [InlineData("# TYPE a gauge\na 1\na 2\n", "a series comes twice")]
    [InlineData("# TYPE a gauge\na{b=\"1\",b=\"2\"} 1\n", "a label comes twice")]
    [InlineData("# TYPE a gauge\na{b=\"\\t\"} 1\n", "an escape that is none")]
    [InlineData("# TYPE a gauge\na 1 1.5\n", "a time with places")]
    [InlineData("# TYPE a gauge\nb 1\n", "another metric")]
    [InlineData("# TYPE a gauge\na 0x1\n", "no number")]
    public void The_reader_refuses_what_is_wrong(string text, string fault) =>
        Assert.Contains(fault, Assert.Throws<FormatException>(() => StrictParser.Parse(Encoding.UTF8.GetBytes(text), isOpenMetrics: false)).Message, StringComparison.Ordinal);

    private static ParsedMetric WriteAny(ExpositionWriter writer, Random random, string name)
    {
        var isOpen = writer.Format == ExpositionFormat.OpenMetrics;
        var type = new[] { "counter", "gauge", "histogram", "summary" }[random.Next(4)];
        var unit = isOpen && random.Next(3) == 0 ? "seconds" : "";
        var metricName = unit.Length > 0 ? $"{name}_{unit}" : name;
        var metric = new ParsedMetric(metricName) { Type = type, Unit = unit.Length > 0 ? unit : null, Help = random.Next(4) == 0 ? null : AnyText(random, 1) };
        writer.BeginMetric(new SampleName(metricName), Encoding.UTF8.GetBytes(type), unit, metric.Help ?? "");

        // A number of its own keeps the series apart.
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            List<(string Name, string Value)> labels = [.. AnyLabels(random, 4), ("n", $"{i}")];
            var suffix = type switch { "counter" when isOpen => "_total", "histogram" => "_bucket", _ => "" };
            var extra = type switch { "histogram" => "le", "summary" => "quantile", _ => null };
            var bound = SpecialValues[random.Next(1, SpecialValues.Length)];
            var extraLabel = extra is null ? [] : ExpositionWriter.NumberLabel(extra, bound, writer.Format);
            var time = random.Next(3) == 0 ? random.NextInt64(1, 4_000_000_000_000) : 0;
            ExemplarText exemplar = default;
            ParsedExemplar? expected = null;
            if (isOpen && type is "counter" or "histogram" && random.Next(2) == 0)
            {
                var (trace, span) = (random.Next(3) == 0 ? [] : AnyBytes(random, 16), random.Next(3) == 0 ? [] : AnyBytes(random, 8));
                var (value, exemplarTime) = (AnyValue(random), random.Next(3) == 0 ? 0 : random.NextInt64(1, 4_000_000_000_000));
                exemplar.Set(trace, span, value, exemplarTime);
                List<(string Name, string Value)> ids = [.. Id("trace_id", trace), .. Id("span_id", span)];
                expected = isOpen ? new ParsedExemplar(ids, value, exemplarTime == 0 ? null : exemplarTime) : null;
            }

            writer.BeginSample(new SampleName(metricName + suffix), LabelText.Encode(labels.Select(label => KeyValuePair.Create(label.Name, label.Value))), extraLabel);
            var sample = AnyValue(random);
            writer.EndSample(sample, time, exemplar.Text);
            if (extra is not null)
            {
                labels.Add((extra, Encoding.UTF8.GetString(extraLabel).Split('"')[1]));
            }

            metric.Samples.Add(new ParsedSample(metricName + suffix, labels, sample, time == 0 ? null : time, expected));
        }

        return metric;
    }

    private static IEnumerable<(string Name, string Value)> Id(string name, byte[] bytes) =>
        bytes.Length == 0 ? [] : [(name, Convert.ToHexStringLower(bytes))];

    private static List<(string Name, string Value)> AnyLabels(Random random, int most) =>
        [.. Enumerable.Range(0, random.Next(most)).Select(i => ($"{AnyText(random, 1)}{i}", AnyText(random, 0)))];

    private static double AnyValue(Random random) => random.Next(3) switch
    {
        0 => SpecialValues[random.Next(SpecialValues.Length)],
        1 => random.Next(-1000, 1000),
        _ => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
    };

    private static byte[] AnyBytes(Random random, int length)
    {
        var bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string AnyText(Random random, int least)
    {
        string[] pieces = ["a", "B", "_", ":", "7", ".", " ", "\\", "\"", "\n", "\\n", "{", "}", ",", "=", "#", "é", "𝄞", "\r", "\t", "le", "EOF", "日本"];
        return string.Concat(Enumerable.Range(0, random.Next(least, 8)).Select(_ => pieces[random.Next(pieces.Length)]));
    }

    private static string Describe(ParsedMetric metric) =>
        $"{metric.Name}|{metric.Type}|{metric.Unit}|{metric.Help}|" + string.Join(";", metric.Samples.Select(sample =>
            $"{sample.Name}({string.Join('&', sample.Labels)})={Exact(sample.Value)}@{sample.Time:0}#{(sample.Exemplar is { } e ? $"{string.Join('&', e.Labels)}={Exact(e.Value)}@{e.Time:0}" : "")}"));

    /// <summary>A value bit by bit; all that are no number are one.</summary>
    private static string Exact(double value) => double.IsNaN(value) ? "NaN" : BitConverter.DoubleToInt64Bits(value).ToString("x", System.Globalization.CultureInfo.InvariantCulture);
}
