using System.Globalization;
using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;
using Sluice.Components.Tests.Receivers.HostMetrics;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;
using Sluice.Testing.Sinks;
using Receiver = Sluice.Components.Receivers.PrometheusReceiver.PrometheusReceiver;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

/// <summary>What becomes of one scrape after the other: points by metric, scope and source, since when they count, and which have ended.</summary>
public sealed class ScrapeConversionTests : IAsyncLifetime
{
    private const string Folder = "tests/Sluice.Components.Tests/Receivers/PrometheusReceiver/Golden";
    private static readonly DateTimeOffset Beginning = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new(Beginning);
    private readonly ComponentWorkbench _bench;
    private readonly KeptIntake _intake = new();
    private HttpSink _target = null!;

    public ScrapeConversionTests() => _bench = new ComponentWorkbench(_time);

    public async ValueTask InitializeAsync() => _target = await HttpSink.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _target.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task The_text_format_becomes_points_scrape_after_scrape()
    {
        const string First =
            """
            # HELP requests_total Requests\nby code.
            # TYPE requests_total counter
            requests_total{code="200",path="/a\"b\\"} 10
            requests_total{code="500",empty=""} 1
            # TYPE temperature gauge
            temperature 21.5
            temperature{at="own"} -3 1700000000123
            without_type{x="é日"} NaN
            # TYPE latency histogram
            latency_bucket{le="0.1",path="/"} 1
            latency_bucket{le="1",path="/"} 3
            latency_bucket{le="+Inf",path="/"} 4
            latency_sum{path="/"} 2.5
            latency_count{path="/"} 4
            latency_bucket{le="1",path="/b"} 1
            latency_bucket{le="+Inf",path="/b"} 1
            # TYPE size summary
            size{quantile="0.5"} 10
            size{quantile="0.99"} 99
            size_sum 1000
            size_count 20
            scoped{otel_scope_name="s",otel_scope_version="1"} 1
            clash{instance="x",site="there"} 1
            target_info{zone="z1",job="other"} 1
            """;
        const string Second =
            """
            # TYPE requests_total counter
            requests_total{code="200",path="/a\"b\\"} 11
            # TYPE latency histogram
            latency_bucket{path="/",le="+Inf"} 2
            latency_bucket{path="/",le="0.1"} 1
            latency_sum{path="/"} 0.5
            latency_count{path="/"} 2
            new_one{otel_scope_name="s",otel_scope_version="1"} 1
            """;
        var text = await ScrapeAsync("text/plain", Job(), First, Second, Second, "not an exposition", Second);
        GoldenFile.Check($"{Folder}/text.txt", text);
    }

    [Fact]
    public async Task OpenMetrics_becomes_points_with_exemplars_and_starts()
    {
        const string Exposition =
            """
            # TYPE foo_seconds counter
            # UNIT foo_seconds seconds
            # HELP foo_seconds A counter.
            foo_seconds_total{a="b"} 17.0 1520879607.789 # {trace_id="0123456789abcdef0123456789abcdef",span_id="0123456789abcdef",user="u"} 0.5 1520879607.5
            foo_seconds_created{a="b"} 1520430000.123
            # TYPE bar histogram
            bar_bucket{le="1.0"} 1 # {trace_id="short"} 0.5
            bar_bucket{le="+Inf"} 2
            bar_count 2
            bar_sum 3
            bar_created 1520430001
            # TYPE state stateset
            state{state="a"} 1
            # TYPE build info
            build_info{version="1"} 1
            # TYPE gh gaugehistogram
            gh_bucket{le="+Inf"} 2
            gh_gcount 2
            gh_gsum 3
            # EOF
            """;
        GoldenFile.Check($"{Folder}/openmetrics.txt", await ScrapeAsync("application/openmetrics-text; version=1.0.0", Job(), Exposition, Exposition));
    }

    [Fact]
    public async Task Rules_and_honoured_labels_lead_to_several_sources()
    {
        const string First =
            """
            a{job="one",instance="i1",secret="s"} 1
            a{job="two",instance="i2"} 2
            b_total{job="one",instance="i1"} 3
            dropped 1
            target_info{job="one",instance="i1",zone="z"} 1
            """;
        var job = Job() with
        {
            HonorLabels = true,
            MetricRelabelConfigs =
            [
                new RelabelOptions { SourceLabels = ["__name__"], Regex = "drop.*", Action = RelabelAction.Drop },
                new RelabelOptions { Regex = "sec.*", Action = RelabelAction.LabelDrop },
                new RelabelOptions { SourceLabels = ["__name__"], Regex = "b_(.*)", TargetLabel = "__name__", Replacement = "c_$1" },
                new RelabelOptions { SourceLabels = ["job"], TargetLabel = "copy" },
                new RelabelOptions { TargetLabel = "constant", Replacement = "x" },
            ],
        };
        GoldenFile.Check($"{Folder}/sources.txt", await ScrapeAsync("text/plain", job, First, "a{job=\"two\",instance=\"i2\"} 2"));
    }

    private string Address => new Uri(_target.Address).Authority;

    private ScrapeOptions Job() => new()
    {
        JobName = "job",
        ScrapeInterval = Interval,
        StaticConfigs = [new TargetGroupOptions { Targets = [Address], Labels = new Dictionary<string, string> { ["site"] = "here" } }],
    };

    /// <summary>Has each answer scraped once, and then the target stop.</summary>
    private async Task<string> ScrapeAsync(string contentType, ScrapeOptions job, params string[] answers)
    {
        var config = new PrometheusConfigOptions { ScrapeConfigs = [job] };
        var receiver = new Receiver(_bench.Context(ComponentKind.Receiver, "prometheus"), new PrometheusReceiverOptions { Config = config }, _intake);
        await using (receiver)
        {
            for (var number = 0; number < answers.Length; number++)
            {
                var answer = answers[number] + "\n";
                _target.AnswerWith(_ => SinkAnswer.Status(200, answer, contentType));
                if (number == 0)
                {
                    await receiver.StartAsync(CancellationToken.None);
                }

                await Eventually.TrueAsync(
                    () =>
                    {
                        // One timer is that of the next scrape; a scrape under way has another, which must not end it.
                        if (_intake.Requests.Count == number && _time.ArmedTimers == 1)
                        {
                            _time.Advance(TimeSpan.FromSeconds(1));
                        }

                        return _intake.Requests.Count > number;
                    },
                    "it is scraped");
            }

            await receiver.StopAsync(CancellationToken.None);
        }

        return string.Concat(_intake.Requests.Select((request, number) => $"# scrape {number + 1}\n{Text(request)}"));
    }

    /// <summary>Times are given in scrapes: the clock goes on by an unknown number of seconds between two of them.</summary>
    private string Text(ExportMetricsServiceRequest request)
    {
        var lines = from resource in request.ResourceMetrics
                    let head = $"resource {{{Attributes(resource.Resource.Attributes)}}}\n"
                    select head + string.Concat(from scope in resource.ScopeMetrics
                                                from metric in scope.Metrics
                                                let metadata = Attributes(metric.Metadata)
                                                let of = $"  [{scope.Scope.Name}/{scope.Scope.Version}] {metric.Name} {metric.DataCase}{(metric.DataCase == Metric.DataOneofCase.Sum && metric.Sum.IsMonotonic ? " monotonic" : "")} ({metadata}) unit '{metric.Unit}' help '{metric.Description.ReplaceLineEndings("|")}'\n"
                                                select of + string.Concat((metric.Name == "scrape_duration_seconds" ? [] : Points(metric)).Select(point => $"    {point}\n")));
        return string.Concat(lines).Replace(Address, "TARGET", StringComparison.Ordinal).Replace($"server.port={new Uri(_target.Address).Port}", "server.port=PORT", StringComparison.Ordinal);
    }

    private IEnumerable<string> Points(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Select(Text),
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(Text),
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(point =>
            $"{{{Attributes(point.Attributes)}}} count {point.Count} sum {(point.HasSum ? Number(point.Sum) : "none")} buckets [{string.Join(' ', point.BucketCounts)}] bounds [{string.Join(' ', point.ExplicitBounds.Select(Number))}]{Exemplars(point.Exemplars)} {Times(point.StartTimeUnixNano, point.TimeUnixNano, point.Flags)}"),
        _ => metric.Summary.DataPoints.Select(point =>
            $"{{{Attributes(point.Attributes)}}} count {point.Count} sum {Number(point.Sum)} quantiles [{string.Join(' ', point.QuantileValues.Select(value => $"{Number(value.Quantile)}={Number(value.Value)}"))}] {Times(point.StartTimeUnixNano, point.TimeUnixNano, point.Flags)}"),
    };

    private string Text(NumberDataPoint point) =>
        $"{{{Attributes(point.Attributes)}}} {(point.ValueCase == NumberDataPoint.ValueOneofCase.None ? "no value" : Number(point.AsDouble))}{Exemplars(point.Exemplars)} {Times(point.StartTimeUnixNano, point.TimeUnixNano, point.Flags)}";

    private string Times(ulong start, ulong time, uint flags) => $"{(start == 0 ? "" : $"since {At(start)} ")}at {At(time)}{(flags == 0 ? "" : $" flags {flags}")}";

    private string At(ulong unixNano) => (ScrapeAt(unixNano), ScrapeAt(unixNano + 1_000_000)) switch
    {
        ({ } number, _) => $"scrape {number}",
        (_, { } next) => $"1 ms before scrape {next}",
        _ => unixNano.ToString(CultureInfo.InvariantCulture),
    };

    private int? ScrapeAt(ulong unixNano)
    {
        var number = _intake.Requests.TakeWhile(request => TimeOf(request) != unixNano).Count();
        return number < _intake.Requests.Count ? number + 1 : null;
    }

    /// <summary>That of what every scrape has; what it ends comes before it.</summary>
    private static ulong TimeOf(ExportMetricsServiceRequest request) =>
        request.ResourceMetrics.SelectMany(resource => resource.ScopeMetrics).SelectMany(scope => scope.Metrics).Last(metric => metric.Name == "up").Gauge.DataPoints[0].TimeUnixNano;

    private static string Exemplars(RepeatedField<Exemplar> exemplars) => string.Concat(exemplars.Select(exemplar =>
        $" # {{{Attributes(exemplar.FilteredAttributes)}}} {Number(exemplar.AsDouble)} trace {Convert.ToHexStringLower(exemplar.TraceId.ToByteArray())} span {Convert.ToHexStringLower(exemplar.SpanId.ToByteArray())} at {exemplar.TimeUnixNano}"));

    private static string Attributes(RepeatedField<KeyValue> attributes) => string.Join(',', attributes.Select(attribute => $"{attribute.Key}={attribute.Value.StringValue}"));

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
