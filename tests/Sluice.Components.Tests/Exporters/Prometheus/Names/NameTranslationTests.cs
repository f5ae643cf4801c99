using Sluice.Components.Exporters.PrometheusExporter;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Tests.Exporters.Prometheus.Names;

public sealed class NameTranslationTests
{
    [Theory]
    [InlineData("http.server.duration", "ms", SeriesType.Histogram, "http_server_duration_milliseconds")]
    [InlineData("system.io", "By", SeriesType.Counter, "system_io_bytes_total")]
    [InlineData("system.io.total.bytes", "By", SeriesType.Counter, "system_io_bytes_total")]
    [InlineData("load", "1", SeriesType.Gauge, "load_ratio")]
    [InlineData("load", "1", SeriesType.Counter, "load_total")]
    [InlineData("speed", "m/s", SeriesType.Gauge, "speed_meters_per_second")]
    [InlineData("requests", "{request}/s", SeriesType.Gauge, "requests_per_second")]
    [InlineData("requests", "{request}", SeriesType.Counter, "requests_total")]
    [InlineData("used", "%", SeriesType.Gauge, "used_percent")]
    [InlineData("1st.place", "", SeriesType.Gauge, "_1st_place")]
    [InlineData("a__b..c", "", SeriesType.Gauge, "a_b_c")]
    [InlineData("größe", "", SeriesType.Gauge, "gr_e")]
    [InlineData("日本", "s", SeriesType.Gauge, "")]
    public void Names_get_the_suffixes_of_unit_and_type(string name, string unit, SeriesType type, string expected) =>
        Assert.Equal(expected, new NameTranslation(NameStrategy.UnderscoreEscapingWithSuffixes, "").Metric(name, unit, type, isSum: type == SeriesType.Counter));

    [Theory]
    [InlineData(NameStrategy.UnderscoreEscapingWithSuffixes)]
    [InlineData(NameStrategy.NoUtf8EscapingWithSuffixes)]
    public void A_sum_that_goes_up_and_down_is_no_ratio(NameStrategy strategy)
    {
        var names = new NameTranslation(strategy, "");
        Assert.Equal("active", names.Metric("active", "1", SeriesType.Gauge, isSum: true));
        Assert.Equal("active_ratio", names.Metric("active", "1", SeriesType.Gauge, isSum: false));
    }

    [Theory]
    [InlineData(NameStrategy.UnderscoreEscapingWithSuffixes, "ns_a_b_seconds_total")]
    [InlineData(NameStrategy.UnderscoreEscapingWithoutSuffixes, "ns_a_b")]
    [InlineData(NameStrategy.NoUtf8EscapingWithSuffixes, "ns_a.b_seconds_total")]
    [InlineData(NameStrategy.NoTranslation, "ns_a.b")]
    public void The_four_strategies_differ_in_characters_and_suffixes(NameStrategy strategy, string expected) =>
        Assert.Equal(expected, new NameTranslation(strategy, "ns").Metric("a.b", "s", SeriesType.Counter, isSum: true));

    [Theory]
    [InlineData("http.method", "http_method")]
    [InlineData("a..b", "a_b")]
    [InlineData("__name__", "__name__")]
    [InlineData("0x", "key_0x")]
    [InlineData("日本", "")]
    public void Labels_keep_letters_digits_and_underscores(string name, string expected) =>
        Assert.Equal(expected, new NameTranslation(NameStrategy.UnderscoreEscapingWithSuffixes, "").Label(name));
}
