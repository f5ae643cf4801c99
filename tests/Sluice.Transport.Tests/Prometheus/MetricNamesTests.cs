using Sluice.Transport.Prometheus;

namespace Sluice.Transport.Tests.Prometheus;

public sealed class MetricNamesTests
{
    [Theory]
    [InlineData("sluice_receiver_accepted_records", "{record}", MetricKind.Counter)]
    [InlineData("sluice_exporter_attempt_duration", "s", MetricKind.Histogram)]
    [InlineData("sluice_journal_size", "By", MetricKind.Gauge)]
    [InlineData("sluice_journal_fill", "1", MetricKind.Gauge)]
    [InlineData("sluice_consumer_seconds_to_full", "s", MetricKind.Gauge)]
    [InlineData("sluice_buffer_rents", null, MetricKind.Counter)]
    public void A_name_of_the_grammar_has_no_problem(string name, string? unit, MetricKind kind) =>
        Assert.Null(MetricNames.FindProblem(name, unit, kind));

    [Theory]
    [InlineData("receiver_accepted_records", null, MetricKind.Counter)]
    [InlineData("sluice_records", null, MetricKind.Counter)]
    [InlineData("sluice_Receiver_records", null, MetricKind.Counter)]
    [InlineData("sluice_receiver__records", null, MetricKind.Counter)]
    [InlineData("sluice.receiver.records", null, MetricKind.Counter)]
    [InlineData("sluice_receiver_records_total", null, MetricKind.Counter)]
    [InlineData("sluice_journal_size_bytes", "By", MetricKind.Gauge)]
    [InlineData("sluice_attempt_duration", "ms", MetricKind.Histogram)]
    [InlineData("sluice_receiver_records", "1", MetricKind.Counter)]
    public void A_name_outside_the_grammar_has_one(string name, string? unit, MetricKind kind) =>
        Assert.StartsWith(name + ":", MetricNames.FindProblem(name, unit, kind), StringComparison.Ordinal);

    [Theory]
    [InlineData("sluice_a_b", "{record}", MetricKind.Counter, "sluice_a_b_total")]
    [InlineData("sluice_a_b", "By", MetricKind.Counter, "sluice_a_b_bytes_total")]
    [InlineData("sluice_a_b_bytes", "By", MetricKind.Counter, "sluice_a_b_bytes_total")]
    [InlineData("sluice_a_b_total", null, MetricKind.Counter, "sluice_a_b_total")]
    [InlineData("sluice_a_b", "s", MetricKind.Histogram, "sluice_a_b_seconds")]
    [InlineData("sluice_a_b", "1", MetricKind.Gauge, "sluice_a_b_ratio")]
    [InlineData("sluice_a_b", null, MetricKind.Gauge, "sluice_a_b")]
    [InlineData("sluice_a_seconds_to_b", "s", MetricKind.Gauge, "sluice_a_seconds_to_b")]
    [InlineData("sluice_a_secondsb", "s", MetricKind.Gauge, "sluice_a_secondsb_seconds")]
    public void The_exposition_adds_unit_and_total_once(string name, string? unit, MetricKind kind, string expected) =>
        Assert.Equal(expected, MetricNames.ToExposition(name, unit, kind));
}
