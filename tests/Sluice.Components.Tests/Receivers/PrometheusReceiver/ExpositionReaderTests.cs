using System.Text;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

public sealed class ExpositionReaderTests
{
    [Fact]
    public void The_text_format_is_read_with_all_its_freedoms()
    {
        var (samples, families) = ExpositionPage.Read(
            """
            # HELP http_requests_total The total\nnumber of \\ requests.
            # TYPE http_requests_total counter
            http_requests_total{method="post",code="200",} 1027 1395066363000
            http_requests_total{path="C:\\DIR\"\n"}	3

              # A comment
            metric_without_labels 12.47
            odd{a = "x" , b="y"}-Inf -3982045
            """ + "\n");

        Assert.Equal(
            [
                "http_requests_total{code=200,method=post} 1027 @1395066363000",
                "http_requests_total{path=C:\\DIR\"\n} 3 @",
                "metric_without_labels{} 12.47 @",
                "odd{a=x,b=y} -Infinity @-3982045",
            ],
            samples.Select(Text));
        Assert.Equal(["Help http_requests_total The total\nnumber of \\ requests.", "Type http_requests_total Counter"], families);
    }

    [Fact]
    public void OpenMetrics_has_units_exemplars_and_seconds()
    {
        var (samples, families) = ExpositionPage.Read(
            """
            # TYPE foo_seconds histogram
            # UNIT foo_seconds seconds
            foo_seconds_bucket{le="1.0"} 4 1520879607.789 # {trace_id="KOO5S4vxi0o"} 0.67 1520879607.789
            foo_seconds_count 17
            {"a.b",c="d"} 1e3
            # EOF
            """ + "\n",
            isOpenMetrics: true);

        Assert.Equal(["foo_seconds_bucket{le=1.0} 4 @1520879607789", "foo_seconds_count{} 17 @", "a.b{c=d} 1000 @"], samples.Select(Text));
        Assert.Equal(["Type foo_seconds Histogram", "Unit foo_seconds seconds"], families);
        Assert.Equal("trace_id=KOO5S4vxi0o 0.67 @1520879607789", samples[0].Exemplar);
    }

    [Theory]
    [InlineData("a 1\nb{c=\"d\" 2\n", false, "line 2, column 9: a comma or a brace should be where '2' is")]
    [InlineData("a one\n", false, "line 1, column 6: \"one\" is no number")]
    [InlineData("a{b=\"c\n", false, "line 1, column 7: a text in quotes does not end in its line")]
    [InlineData("a{b=\"c\",b=\"d\"} 1\n", false, "line 1, column 14: the label b is there twice")]
    [InlineData("# TYPE a thing\n", false, "line 1, column 15: \"thing\" is no type of a metric")]
    [InlineData("a 1 2 3\n", false, "line 1, column 6: the line should end before ' '")]
    [InlineData("1a 1\n", false, "line 1, column 1: a name cannot begin with '1'")]
    [InlineData("a 1\n", true, "line 2, column 1: it ends without # EOF: it is cut off")]
    [InlineData("a 1\n# EOF\nb 2\n", true, "line 3, column 1: there is something after # EOF")]
    [InlineData("a  1\n# EOF\n", true, "line 1, column 3: \"\" is no number")]
    [InlineData("\n# EOF\n", true, "line 1, column 1: there is an empty line")]
    [InlineData("# hello\n# EOF\n", true, "line 1, column 8: OpenMetrics has no comments but # HELP, # TYPE, # UNIT and # EOF")]
    public void What_a_format_forbids_is_an_error_with_its_place(string text, bool isOpenMetrics, string message) =>
        Assert.Equal(message, Assert.Throws<ExpositionException>(() => ExpositionPage.Read(text, isOpenMetrics)).Message);

    [Fact]
    public void What_is_no_UTF8_is_an_error() =>
        Assert.Equal("byte 2: this is no UTF-8", Assert.Throws<ExpositionException>(() => ExpositionPage.Read([(byte)'a', (byte)' ', 0xFF], isOpenMetrics: false)).Message);

    [Fact]
    public void Whatever_is_written_is_read_back_and_its_beginnings_never_break_the_parser()
    {
        var random = new Random(RandomSeed.Value);
        for (var number = 0; number < 500; number++)
        {
            var isOpenMetrics = random.Next(2) == 0;
            var samples = Enumerable.Range(0, random.Next(5)).Select(_ => RandomSample(random)).ToArray();
            var text = string.Concat(samples.Select(Line)) + (isOpenMetrics ? "# EOF\n" : "");
            RandomSeed.Explain(
                number,
                () =>
                {
                    Assert.Equal(samples.Select(Text), ExpositionPage.Read(text, isOpenMetrics).Samples.Select(Text));
                    for (var length = 0; length < text.Length; length++)
                    {
                        try
                        {
                            ExpositionPage.Read(text[..length], isOpenMetrics);
                        }
                        catch (ExpositionException)
                        {
                            // A beginning may be an exposition or not; it is never anything else.
                        }
                    }
                },
                () => text);
        }
    }

    private static ReadSample RandomSample(Random random)
    {
        string Word(string alphabet) => string.Concat(Enumerable.Range(0, random.Next(1, 8)).Select(_ => alphabet[random.Next(alphabet.Length)]));
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = random.Next(4); i > 0; i--)
        {
            labels["l" + Word("ab_1")] = Word("a\\\"\n {}=,ü日");
        }

        return new ReadSample("m" + Word("ab:_1"), labels, Math.Round(random.NextDouble() * 1000, random.Next(6)), null, null);
    }

    private static string Line(ReadSample sample) => FormattableString.Invariant(
        $"{sample.Name}{{{string.Join(',', sample.Labels.Select(label => $"{label.Key}=\"{Escape(label.Value)}\""))}}} {sample.Value}\n");

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Text(ReadSample sample) => FormattableString.Invariant(
        $"{sample.Name}{{{string.Join(',', sample.Labels.Select(label => $"{label.Key}={label.Value}"))}}} {(double.IsNegativeInfinity(sample.Value) ? "-Infinity" : sample.Value.ToString(System.Globalization.CultureInfo.InvariantCulture))} @{sample.TimeUnixMs}");
}
