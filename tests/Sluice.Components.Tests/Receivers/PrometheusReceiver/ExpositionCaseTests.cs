using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;
using Sluice.Testing.Expositions;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

/// <summary>The published cases of both formats. <c>Sluice.EndToEnd</c> asks a running Prometheus the same.</summary>
public sealed class ExpositionCaseTests
{
    public static TheoryData<string> Names => [.. OpenMetricsCases.All.Concat(TextFormatCases.All).Select(one => one.ToString())];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_is_taken_or_refused_as_Prometheus_does(string name)
    {
        var found = OpenMetricsCases.All.Concat(TextFormatCases.All).Single(one => one.ToString() == name);
        if (found.Verdict == ExpositionVerdict.Wrong)
        {
            var fault = Assert.Throws<ExpositionException>(() => Parse(found)).Message;
            Assert.Matches("^line [0-9]+, column [0-9]+: .", fault);
        }
        else
        {
            Parse(found);
        }
    }

    [Theory]
    [InlineData("a +Inf", double.PositiveInfinity)]
    [InlineData("a -inf", double.NegativeInfinity)]
    [InlineData("a nan", double.NaN)]
    [InlineData("a .5", 0.5)]
    [InlineData("a 5.", 5)]
    [InlineData("a -1.5e-3", -0.0015)]
    [InlineData("a 1520872607.123", 1520872607.123)]
    [InlineData("a 9223372036854775807", 9223372036854775807d)]
    public void Numbers_are_read_exactly(string line, double expected)
    {
        Assert.Equal(expected, ExpositionPage.Read(line + "\n").Samples[0].Value);
        Assert.Equal(expected, ExpositionPage.Read(line + "\n# EOF\n", isOpenMetrics: true).Samples[0].Value);
    }

    /// <summary>Names of Prometheus 3, after the cases of its parsers for names in quotes.</summary>
    [Theory]
    [InlineData("{\"go.gc\",quantile=\"0\"} 1", "go.gc|quantile=0")]
    [InlineData("{q=\"0.9\",\"http.status\",a=\"b\"} 1", "http.status|a=b,q=0.9")]
    [InlineData("{\"He 10€ \\\"x\\\" {\\n}\",\"s©\\n'q'\"=\"6\"} 1", "He 10€ \"x\" {\n}|s©\n'q'=6")]
    public void Names_may_stand_in_quotes(string line, string expected)
    {
        var sample = ExpositionPage.Read(line + "\n# EOF\n", isOpenMetrics: true).Samples[0];
        Assert.Equal(expected, $"{sample.Name}|{string.Join(',', sample.Labels.Select(label => $"{label.Key}={label.Value}"))}");
    }

    private static void Parse(ExpositionCase one) => ExpositionPage.Read(one.Page, one.IsOpenMetrics);
}
