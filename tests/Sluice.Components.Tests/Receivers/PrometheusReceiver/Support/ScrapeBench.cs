using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Components.Tests.Receivers.HostMetrics;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;

/// <summary>Receivers that scrape over real sockets, each time that the test says so, and what they handed on. No scrape is late: their clock stands still.</summary>
internal sealed class ScrapeBench : IAsyncDisposable
{
    private static readonly PrometheusReceiverFactory Factory = new();

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ComponentWorkbench _bench;
    private readonly List<IReceiver> _receivers = [];

    /// <param name="intakeLimit">Bytes that requests in flight may take.</param>
    public ScrapeBench(long intakeLimit = 64 << 20)
    {
        _bench = new ComponentWorkbench(Time, intakeLimit: intakeLimit);
        Counts = new MeterCounts(_bench.Meter);
    }

    public ManualTimeProvider Time { get; } = new();

    /// <summary>What was handed on.</summary>
    public KeptIntake Intake { get; } = new();

    /// <summary>What was counted.</summary>
    public MeterCounts Counts { get; }

    public TestLog Log => _bench.Log;

    /// <summary>A directory that goes with it.</summary>
    public string Directory => _bench.DataDirectory;

    /// <summary>Starts the job <c>job</c> for a target, and scrapes it once.</summary>
    /// <param name="address">Host and port.</param>
    /// <param name="options">More of the job, as keys of YAML in one line.</param>
    /// <param name="receiver">More of the receiver.</param>
    /// <param name="timers">What waits then: targets, and jobs with files.</param>
    public Task StartAsync(string address, string options = "", string receiver = "", int timers = 1) =>
        StartJobAsync($"job_name: job, static_configs: [{{targets: ['{address}']}}]{(options.Length > 0 ? ", " + options : "")}", receiver, timers);

    /// <summary>Starts a job, and scrapes once.</summary>
    public async Task StartJobAsync(string job, string receiver = "", int timers = 1)
    {
        await BeginAsync(job, receiver, timers);
        await ScrapeAsync();
    }

    /// <summary>Starts a job that waits for its first scrape.</summary>
    public async Task BeginAsync(string job, string receiver = "", int timers = 1)
    {
        var started = Create($"{{config: {{scrape_configs: [{{scrape_interval: 10s, {job}}}]}}{(receiver.Length > 0 ? ", " + receiver : "")}}}");
        _receivers.Add(started);
        await started.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => Time.ArmedTimers >= timers, "it waits for the first scrape");
    }

    /// <summary>Lets the next scrape begin.</summary>
    public void Tick() => Time.Advance(Interval);

    /// <summary>Scrapes once.</summary>
    public async Task ScrapeAsync()
    {
        var before = Points().Count(point => point.Metric.Name == "up");
        Tick();
        await Eventually.TrueAsync(() => Points().Count(point => point.Metric.Name == "up") > before, "a scrape is handed on");
    }

    /// <summary>Makes a receiver.</summary>
    public IReceiver Create(string yaml) =>
        ((IReceiverFactory)Factory).Create(_bench.Context(ComponentKind.Receiver, "prometheus"), ProcessorHarness.Bind(Factory, yaml), Intake);

    /// <summary>What is said about options that are wrong.</summary>
    public static string Errors(string yaml) => ProcessorHarness.Errors(Factory, yaml);

    /// <summary>The last point of a metric. It is scraped again until that fits: what a file says about targets is read beside the scrapes.</summary>
    /// <param name="name">The name of the metric.</param>
    /// <param name="fits">By default any but a marker of the end.</param>
    public async Task<ScrapedPoint> PointAsync(string name, Func<ScrapedPoint, bool>? fits = null)
    {
        fits ??= point => !point.IsStale;
        for (var round = 0; ; round++)
        {
            if (Points().LastOrDefault(point => point.Metric.Name == name) is { } found && fits(found))
            {
                return found;
            }

            Assert.True(round < 50, $"a point of {name} fits; there were {string.Join("; ", Points().Where(point => point.Metric.Name == name).TakeLast(3))}; log: {string.Join(" | ", Log.Lines)}");
            await ScrapeAsync();
        }
    }

    /// <summary>What the log says about a scrape that failed; it is scraped again until one has.</summary>
    public async Task<string> ProblemAsync()
    {
        await PointAsync("up", point => point.Number == 0);
        return Log.Lines.Last(text => text.Contains("cannot be scraped", StringComparison.Ordinal));
    }

    /// <summary>All points so far, in their order.</summary>
    public IReadOnlyList<ScrapedPoint> Points() => [.. Intake.Requests.SelectMany(Points)];

    /// <summary>The points of a request, in their order.</summary>
    public static IEnumerable<ScrapedPoint> Points(ExportMetricsServiceRequest request) =>
        from resource in request.ResourceMetrics
        from scope in resource.ScopeMetrics
        from metric in scope.Metrics
        from point in Points(metric)
        select new ScrapedPoint(resource.Resource.Attributes, scope, metric, point.Attributes, point.Start, point.Time, point.Flags, point.Point);

    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers)
        {
            await receiver.DisposeAsync();
        }

        Counts.Dispose();
        await _bench.DisposeAsync();
    }

    private static IEnumerable<(IEnumerable<KeyValue> Attributes, ulong Start, ulong Time, uint Flags, object Point)> Points(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge => metric.Gauge.DataPoints.Select(point => ((IEnumerable<KeyValue>)point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano, point.Flags, (object)point)),
        Metric.DataOneofCase.Sum => metric.Sum.DataPoints.Select(point => ((IEnumerable<KeyValue>)point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano, point.Flags, (object)point)),
        Metric.DataOneofCase.Histogram => metric.Histogram.DataPoints.Select(point => ((IEnumerable<KeyValue>)point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano, point.Flags, (object)point)),
        _ => metric.Summary.DataPoints.Select(point => ((IEnumerable<KeyValue>)point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano, point.Flags, (object)point)),
    };
}

/// <summary>A point that was handed on, with where it stands.</summary>
internal sealed record ScrapedPoint(
    IEnumerable<KeyValue> Resource, ScopeMetrics Scope, Metric Metric, IEnumerable<KeyValue> Attributes, ulong Start, ulong Time, uint Flags, object Point)
{
    /// <summary>The value of a gauge or sum.</summary>
    public double Number => ((NumberDataPoint)Point).AsDouble;

    public HistogramDataPoint Histogram => (HistogramDataPoint)Point;

    public SummaryDataPoint Summary => (SummaryDataPoint)Point;

    /// <summary>Whether it says that the series has ended.</summary>
    public bool IsStale => (Flags & 1) != 0;

    public override string ToString() => $"{Metric.Name}{{{AttributesText}}} {Point}";

    /// <summary>Attributes of the resource as text, sorted.</summary>
    public string ResourceText => Text(Resource);

    /// <summary>Attributes of the point as text, sorted.</summary>
    public string AttributesText => Text(Attributes);

    public static string Text(IEnumerable<KeyValue> attributes) =>
        string.Join(',', attributes.OrderBy(attribute => attribute.Key, StringComparer.Ordinal).Select(attribute => $"{attribute.Key}={attribute.Value.StringValue}"));
}
