using Prometheus.RemoteWrite.Proto;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Prometheus;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>An exporter before a strict receiver.</summary>
public abstract class RemoteWriteTests : IAsyncLifetime
{
    protected const ulong Ms = 1_000_000;

    /// <summary>What requests hold.</summary>
    protected abstract RemoteWriteMessage Message { get; }

    protected PrometheusRemoteWriteExporterOptions Options => new() { Endpoint = Receiver.Address, ProtobufMessage = Message };

    protected RemoteWriteStandin Receiver { get; private set; } = null!;

    private protected ExporterFixture Fixture { get; } = new();

    private protected IExporter Exporter { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Receiver = await RemoteWriteStandin.StartAsync();
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Exporter.DisposeAsync();
        await Receiver.DisposeAsync();
        await Fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The samples of gauges, which have the value of their time, by name.</summary>
    protected string[] Gauges() =>
    [
        .. Receiver.Samples.Where(series => !series.Key.StartsWith("target_info", StringComparison.Ordinal))
            .Select(series => $"{series.Key[..series.Key.IndexOf('{', StringComparison.Ordinal)]} {string.Join(' ', series.Value.Select(sample => sample.Timestamp))}").Order(StringComparer.Ordinal),
    ];

    private static double[] ValuesOf(IEnumerable<Sample> samples) => [.. samples.Select(sample => sample.Value)];

    protected double[] Values(string name) =>
        [.. Receiver.Samples.Where(series => series.Key.StartsWith(name, StringComparison.Ordinal) && !series.Key.Contains("series=", StringComparison.Ordinal)).SelectMany(series => ValuesOf(series.Value))];

    /// <summary>An entry whose samples all have the time of its number, in milliseconds: a counter with that value, and more series.</summary>
    protected DeliverySegment Entry(int number, int series = 0) => Fixture.Segment(Signal.Metrics, Request(
        "s", "i",
        Enumerable.Range(0, series).Select(i => Gauge("g", "", Point(i, (ulong)number * Ms, 1, Text("series", $"{i}")))).Prepend(Sum("c", points: Whole(number, (ulong)number * Ms)))));

    /// <summary>An entry with gauges that have their time, in milliseconds, as their value.</summary>
    protected DeliverySegment Metrics(int time, params string[] names) =>
        Fixture.Segment(Signal.Metrics, Request("s", "i", names.Select(name => Gauge(name, "", Point(time, (ulong)time * Ms)))));

    protected Task<DeliveryOutcome> DeliverAsync(params DeliverySegment[] entries) => ExporterFixture.DeliverAsync(Exporter, entries);

    protected async Task StartAsync(PrometheusRemoteWriteExporterOptions? options = null, RecordId end = default)
    {
        if (Exporter is not null)
        {
            await Exporter.DisposeAsync();
        }

        Exporter = await Fixture.StartAsync(new PrometheusRemoteWriteExporterFactory(), options ?? Options, end: end);
    }
}
