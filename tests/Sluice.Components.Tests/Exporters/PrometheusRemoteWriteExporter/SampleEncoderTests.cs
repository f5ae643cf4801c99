using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Prometheus;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

public sealed class SampleEncoderTests : IAsyncDisposable
{
    private const ulong Ms = 1_000_000;

    private EncoderBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void Numbers_have_a_sample_each()
    {
        var request = Request("s", "i", Sum("c.d", "s", points: Whole(7, 5 * Ms, 1, Text("http.route", "/a"))), Gauge("g", "1", Point(0.5, 6 * Ms)), Sum("u", "1", monotonic: false, points: Whole(3, 6 * Ms)));
        Assert.Equal(["c_d_seconds_total{http_route=\"/a\"} 7 5", "g_ratio 0.5 6", "u 3 6"], _bench.Samples(request));
    }

    [Fact]
    public void A_histogram_has_its_sum_its_buckets_and_its_count()
    {
        var request = Request("s", "i", Histogram("h", "s", AggregationTemporality.Cumulative, Buckets([0.25, 1e7], [1, 2, 3], 9.5, 5 * Ms)));
        Assert.Equal(
            ["h_seconds_sum 9.5 5", "h_seconds_bucket{le=\"0.25\"} 1 5", "h_seconds_bucket{le=\"10000000\"} 3 5", "h_seconds_bucket{le=\"+Inf\"} 6 5", "h_seconds_count 6 5"],
            _bench.Samples(request).Select(WithLe));

        // Other bounds, the same series otherwise.
        request = Request("s", "i", Histogram("h", "s", AggregationTemporality.Cumulative, Buckets([5], [1, 1], 7, 6 * Ms)));
        Assert.Equal(
            ["h_seconds_sum 7 6", "h_seconds_bucket{le=\"5\"} 1 6", "h_seconds_bucket{le=\"+Inf\"} 2 6", "h_seconds_count 2 6"],
            _bench.Samples(request).Select(WithLe));
    }

    [Fact]
    public void A_summary_has_its_quantiles()
    {
        var point = new SummaryDataPoint { Count = 4, Sum = 10, TimeUnixNano = 5 * Ms, QuantileValues = { Quantile(0.5, 2), Quantile(1, 4) } };
        var request = Request("s", "i", new Metric { Name = "q", Summary = new Summary { DataPoints = { point } } });
        Assert.Equal(["q_sum 10 5", "q_count 4 5", "q{quantile=\"0.5\"} 2 5", "q{quantile=\"1\"} 4 5"], _bench.Samples(request).Select(WithLe));
    }

    [Fact]
    public void An_exponential_histogram_becomes_a_native_one()
    {
        var point = new ExponentialHistogramDataPoint
        {
            Count = 16,
            Sum = 12.5,
            Scale = 3,
            ZeroCount = 1,
            ZeroThreshold = 0.001,
            Positive = new() { Offset = -2, BucketCounts = { 2, 0, 3, 0, 0, 0, 5 } },
            Negative = new() { Offset = 4, BucketCounts = { 0, 5 } },
            TimeUnixNano = 5 * Ms,
            Exemplars = { Exemplar(1.5, 4 * Ms) },
        };

        var series = Assert.Single(_bench.Encode(Request("s", "i", Exponential("e", AggregationTemporality.Cumulative, point))).Timeseries);

        Assert.Equal("e", series.Labels.Single(label => label.Name == "__name__").Value);
        var histogram = Assert.Single(series.Histograms);
        Assert.Equal((16UL, 12.5, 3, 0.001, 1UL, 5L), (histogram.CountInt, histogram.Sum, histogram.Schema, histogram.ZeroThreshold, histogram.ZeroCountInt, histogram.Timestamp));

        // Bucket i of OpenTelemetry is i + 1 here, and empty ones between are written until there are three.
        Assert.Equal([(-1, 3U), (3, 1U)], histogram.PositiveSpans.Select(span => (span.Offset, span.Length)));
        Assert.Equal([2, -2, 3, 2], histogram.PositiveDeltas);
        Assert.Equal([(6, 1U)], histogram.NegativeSpans.Select(span => (span.Offset, span.Length)));
        Assert.Equal([5], histogram.NegativeDeltas);
        Assert.Equal("{span_id=\"0102030405060708\",trace_id=\"0102030405060708090a0b0c0d0e0f10\"}", RemoteWriteStandin.Text(Assert.Single(series.Exemplars).Labels));
    }

    [Fact]
    public void A_finer_scale_than_native_histograms_have_is_joined_to_theirs_and_a_coarser_one_is_refused()
    {
        var fine = new ExponentialHistogramDataPoint { Count = 10, Sum = 1, Scale = 10, Positive = new() { Offset = 3, BucketCounts = { 1, 2, 3, 4 } }, TimeUnixNano = 5 * Ms };
        var coarse = new ExponentialHistogramDataPoint { Count = 0, Scale = -5, TimeUnixNano = 5 * Ms };

        var request = _bench.Encode(Request("s", "i", Exponential("fine", AggregationTemporality.Cumulative, fine), Exponential("coarse", AggregationTemporality.Cumulative, coarse)));

        var histogram = Assert.Single(Assert.Single(request.Timeseries).Histograms);
        Assert.Equal(8, histogram.Schema);
        Assert.Equal([(1, 2U)], histogram.PositiveSpans.Select(span => (span.Offset, span.Length)));
        Assert.Equal([1, 8], histogram.PositiveDeltas);
        Assert.Equal("an exponential histogram of the scale -5: native histograms have -4 at least", Assert.Single(_bench.Refusals));
    }

    [Fact]
    public void Exemplars_go_with_the_bucket_that_they_lie_in()
    {
        var point = Buckets([1, 10], [1, 1, 1], 9.5, 5 * Ms);
        point.Exemplars.AddRange([Exemplar(1, 4 * Ms), Exemplar(2, 3 * Ms), Exemplar(20, 2 * Ms)]);

        var request = _bench.Encode(Request("s", "i", Histogram("h", "", AggregationTemporality.Cumulative, point), Sum("c", points: With(Whole(3, 5 * Ms), Exemplar(3, Ms)))));

        Assert.Equal(
            [("1", 1, 4), ("10", 2, 3), ("+Inf", 20, 2), ("", 3, 1)],
            request.Timeseries.SelectMany(series => series.Exemplars.Select(exemplar =>
                (series.Labels.FirstOrDefault(label => label.Name == "le")?.Value ?? "", exemplar.Value, exemplar.Timestamp))));
    }

    [Fact]
    public void A_data_point_without_a_value_is_a_stale_marker_for_all_its_series()
    {
        var histogram = new HistogramDataPoint { Flags = 1, TimeUnixNano = 5 * Ms, ExplicitBounds = { 1 }, BucketCounts = { 0, 0 } };
        var request = _bench.Encode(Request(
            "s", "i",
            Gauge("g", "", new NumberDataPoint { Flags = 1, TimeUnixNano = 5 * Ms }),
            Histogram("h", "", AggregationTemporality.Cumulative, histogram),
            Exponential("e", AggregationTemporality.Cumulative, new ExponentialHistogramDataPoint { Flags = 1, TimeUnixNano = 5 * Ms })));

        Assert.Equal(6, request.Timeseries.Count);
        Assert.All(
            request.Timeseries.SelectMany(series => series.Samples.Select(sample => sample.Value).Concat(series.Histograms.Select(one => one.Sum))),
            value => Assert.Equal(0x7ff0_0000_0000_0002UL, BitConverter.DoubleToUInt64Bits(value)));
    }

    [Fact]
    public void Deltas_are_refused_with_what_to_do()
    {
        Assert.Empty(_bench.Samples(Request("s", "i", Sum("d", temporality: AggregationTemporality.Delta, points: Whole(1, 5 * Ms)))));
        Assert.Contains("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=cumulative", Assert.Single(_bench.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_older_than_the_last_sample_of_its_series_is_refused_and_told_of_once()
    {
        Assert.Equal(["c_total 7 20"], _bench.Samples(Request("s", "i", Sum("c", points: Whole(7, 20 * Ms)))));
        Assert.Empty(_bench.Samples(Request("s", "i", Sum("c", points: Whole(6, 10 * Ms)))));
        Assert.Contains("older than the last one", Assert.Single(_bench.Refusals), StringComparison.Ordinal);
        Assert.Equal(["c_total 9 21"], _bench.Samples(Request("s", "i", Sum("c", points: [Whole(6, 11 * Ms), Whole(9, 21 * Ms)]))));
        Assert.Contains("older than the last one", Assert.Single(_bench.Refusals), StringComparison.Ordinal);
        Assert.Single(_bench.Fixture.Log, message => message.Contains("Data points of c_total", StringComparison.Ordinal));
    }

    [Fact]
    public void What_comes_again_is_a_duplicate_and_what_has_its_time_and_another_value_is_refused()
    {
        var summary = new SummaryDataPoint { Count = 4, Sum = 10, TimeUnixNano = 5 * Ms, QuantileValues = { Quantile(0.5, 2) } };
        var request = Request(
            "s", "i",
            Gauge("g", "", Point(1, 5 * Ms)),
            Histogram("h", "", AggregationTemporality.Cumulative, Buckets([1, 2], [1, 2, 3], 9.5, 5 * Ms)),
            Exponential("e", AggregationTemporality.Cumulative, new ExponentialHistogramDataPoint { Count = 3, Sum = 1, Scale = 10, TimeUnixNano = 5 * Ms, Positive = new() { BucketCounts = { 1, 2 } } }),
            new Metric { Name = "q", Summary = new Summary { DataPoints = { summary } } });
        Assert.NotEmpty(_bench.Encode(request).Timeseries);
        Assert.Equal((0, 0), (_bench.Duplicates, _bench.Refusals.Count));

        Assert.Empty(_bench.Encode(request).Timeseries);
        Assert.Equal((4, 0), (_bench.Duplicates, _bench.Refusals.Count));
        Assert.Empty(_bench.Fixture.Log);

        var metrics = request.ResourceMetrics[0].ScopeMetrics[0].Metrics;
        metrics[0].Gauge.DataPoints[0].AsDouble = 2;
        metrics[1].Histogram.DataPoints[0].BucketCounts[0] = 2;
        metrics[1].Histogram.DataPoints[0].BucketCounts[1] = 1;
        metrics[2].ExponentialHistogram.DataPoints[0].Positive.Offset = 1;
        metrics[3].Summary.DataPoints[0].QuantileValues[0].Value = 3;
        Assert.Empty(_bench.Encode(request).Timeseries);
        Assert.Equal((0, 4), (_bench.Duplicates, _bench.Refusals.Count));
        Assert.All(_bench.Refusals, refusal => Assert.Contains("with another value", refusal, StringComparison.Ordinal));
    }

    [Fact]
    public void What_has_another_time_within_the_same_millisecond_is_refused_for_that()
    {
        Assert.Equal(["g 1 5"], _bench.Samples(Request("s", "i", Gauge("g", "", Point(1, (5 * Ms) + 10), Point(2, (5 * Ms) + 900_000)))));
        Assert.Contains("of the same millisecond", Assert.Single(_bench.Refusals), StringComparison.Ordinal);
        Assert.DoesNotContain("service.instance.id", _bench.Refusals[0], StringComparison.Ordinal);
        var line = Assert.Single(_bench.Fixture.Log);
        Assert.Contains("of the same millisecond", line, StringComparison.Ordinal);
        Assert.DoesNotContain("service.instance.id", line, StringComparison.Ordinal);
        Assert.Empty(_bench.Samples(Request("s", "i", Gauge("g", "", Point(3, (5 * Ms) + 10)))));
        Assert.Contains("of the same time", _bench.Refusals[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_metric_of_which_a_part_was_sent_before_is_no_duplicate()
    {
        Assert.Single(_bench.Samples(Request("s", "i", Gauge("g", "", Point(1, 5 * Ms)))));
        Assert.Equal(["g 2 6"], _bench.Samples(Request("s", "i", Gauge("g", "", Point(1, 5 * Ms), Point(2, 6 * Ms)))));
        Assert.Equal((0, 0), (_bench.Duplicates, _bench.Refusals.Count));
    }

    [Fact]
    public void What_was_not_sent_is_encoded_again()
    {
        var segment = _bench.Fixture.Segment(Signal.Metrics, Request("s", "i", Sum("c", points: [Whole(7, 20 * Ms), Whole(8, 30 * Ms)])));
        _bench.EncodeOnly(segment);
        Assert.Equal(2, _bench.Encode(segment).Timeseries.Count);
        Assert.Empty(_bench.Encode(segment).Timeseries);
    }

    [Fact]
    public async Task Target_info_has_the_attributes_of_the_resource_and_the_latest_time()
    {
        await UseAsync(new());
        var request = Request("s", "i", Gauge("g", "", [Point(1, 6 * Ms, 1, Text("a", "b")), Point(2, 5 * Ms)]));

        Assert.Equal(["g{a=\"b\"} 1 6", "g 2 5", "target_info{host_name=\"h1\",instance=\"i\",job=\"s\"} 1 6"], _bench.Samples(request));
        Assert.Empty(_bench.Samples(request));
    }

    [Fact]
    public async Task Labels_come_from_the_configuration_and_the_resource_where_it_says_so()
    {
        await UseAsync(new()
        {
            TargetInfo = new() { Enabled = false },
            DisableScopeInfo = true,
            ExternalLabels = new Dictionary<string, string> { ["cluster"] = "blue", ["job"] = "other" },
            ResourceToTelemetryConversion = new() { Enabled = true, ExcludeServiceAttributes = true },
            Namespace = "shop",
        });
        Assert.Equal(
            ["shop_g{cluster=\"blue\",exported_job=\"x\",host_name=\"h1\",instance=\"i\",job=\"s\"} 1 6"],
            _bench.Samples(Request("s", "i", Gauge("g", "", Point(1, 6 * Ms, 1, Text("job", "x"))))));
    }

    [Theory]
    [InlineData(true, null, "c_d_seconds_total")]
    [InlineData(false, null, "c_d")]
    [InlineData(true, NameStrategy.UnderscoreEscapingWithoutSuffixes, "c_d")]
    [InlineData(true, NameStrategy.NoUtf8EscapingWithSuffixes, "c.d_seconds_total")]
    [InlineData(true, NameStrategy.NoTranslation, "c.d")]
    public async Task Names_are_translated_as_the_configuration_says(bool suffixes, NameStrategy? strategy, string name)
    {
        await UseAsync(EncoderBench.Plain with { AddMetricSuffixes = suffixes, TranslationStrategy = strategy });
        var series = Assert.Single(_bench.Encode(Request("s", "i", Sum("c.d", "s", points: Whole(7, 5 * Ms)))).Timeseries);
        Assert.Contains(series.Labels, label => label.Name == "__name__" && label.Value == name);
    }

    [Fact]
    public async Task Metadata_is_sent_once_a_minute()
    {
        await UseAsync(new() { SendMetadata = true, TargetInfo = new() { Enabled = false } });
        var metadata = Assert.Single(_bench.Encode(Request("s", "i", Gauge("g", "s", Point(1, 6 * Ms)))).Metadata);
        Assert.Equal(("g_seconds", "A gauge.", "seconds", "GAUGE"), (metadata.MetricFamilyName, metadata.Help, metadata.Unit, metadata.Type.ToString().ToUpperInvariant()));

        Assert.Empty(_bench.Encode(Request("s", "i", Gauge("g", "s", Point(1, 7 * Ms)))).Metadata);
        _bench.Fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(_bench.Encode(Request("s", "i", Gauge("g", "s", Point(1, 8 * Ms)))).Metadata);
    }

    [Fact]
    public void Encoding_series_that_are_known_allocates_nothing()
    {
        var histogram = Buckets([1, 2], [1, 2, 3], 9.5, 1);
        var exponential = new ExponentialHistogramDataPoint { Count = 3, Sum = 1, Scale = 3, Positive = new() { BucketCounts = { 1, 2 } } };
        var request = Request(
            "s", "i",
            Sum("c", points: With(Whole(7, 0, 1, Text("a", "b")), Exemplar(3, Ms))),
            Gauge("g", "", Point(1, 0)),
            Histogram("h", "", AggregationTemporality.Cumulative, histogram),
            Exponential("e", AggregationTemporality.Cumulative, exponential));
        histogram.TimeUnixNano = 0;
        var segment = _bench.Fixture.Segment(Signal.Metrics, request);

        // Taken back each time, so that the same data points count again.
        Assert.Equal(0, Allocations.Least(() =>
        {
            _bench.Encoder.Begin();
            _bench.Encoder.BeginEntry(1_000_000_000, isReplay: false);
            for (var i = 0; i < segment.Count; i++)
            {
                _bench.Encoder.Encode(segment.Batch.GetRecord(i), i);
            }

            _bench.Encoder.EndEntry();
        }));
        Assert.False(_bench.Encoder.Body.IsEmpty);
    }

    [Theory]
    [InlineData(0.1, "0.1")]
    [InlineData(-5, "-5")]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(1.5e-7, "0.00000015")]
    [InlineData(-1.25e17, "-125000000000000000")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    public void Numbers_in_labels_have_no_exponent(double value, string text) => Assert.Equal(text, SeriesLabels.Number(value));

    private async Task UseAsync(PrometheusRemoteWriteExporterOptions options)
    {
        await _bench.DisposeAsync();
        _bench = new EncoderBench(options);
    }

    /// <summary>Without the other labels, which stand around it.</summary>
    private static string WithLe(string sample)
    {
        foreach (var label in (string[])["instance=\"i\",", "job=\"s\",", ",otel_scope_name=\"lib\"", ",otel_scope_version=\"1\"", "otel_scope_name=\"lib\",", "otel_scope_version=\"1\","])
        {
            sample = sample.Replace(label, "", StringComparison.Ordinal);
        }

        return sample;
    }

    private static SummaryDataPoint.Types.ValueAtQuantile Quantile(double quantile, double value) => new() { Quantile = quantile, Value = value };

    private static NumberDataPoint With(NumberDataPoint point, Exemplar exemplar)
    {
        point.Exemplars.Add(exemplar);
        return point;
    }
}
