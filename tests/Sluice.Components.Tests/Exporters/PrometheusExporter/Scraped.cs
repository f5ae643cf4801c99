using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;

namespace Sluice.Components.Tests.Exporters.PrometheusExporter;

/// <summary>Requests with metrics, written short.</summary>
internal static class Scraped
{
    public const ulong Second = 1_000_000_000;

    public static ExportMetricsServiceRequest Request(string service, string instance, params IEnumerable<Metric> metrics)
    {
        var scope = new ScopeMetrics { Scope = new InstrumentationScope { Name = "lib", Version = "1" } };
        scope.Metrics.AddRange(metrics);
        var resource = new Resource();
        resource.Attributes.AddRange([Text("service.name", service), Text("service.instance.id", instance), Text("host.name", "h1")]);
        return new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { Resource = resource, ScopeMetrics = { scope } } } };
    }

    public static KeyValue Text(string key, string value) => new() { Key = key, Value = new AnyValue { StringValue = value } };

    public static Metric Gauge(string name, string unit, params IEnumerable<NumberDataPoint> points) =>
        new() { Name = name, Unit = unit, Description = "A gauge.", Gauge = new Gauge { DataPoints = { points } } };

    public static Metric Sum(
        string name, string unit = "", bool monotonic = true, AggregationTemporality temporality = AggregationTemporality.Cumulative, params IEnumerable<NumberDataPoint> points) =>
        new() { Name = name, Unit = unit, Sum = new Sum { AggregationTemporality = temporality, IsMonotonic = monotonic, DataPoints = { points } } };

    public static NumberDataPoint Point(double value, ulong time, ulong start = 1, params IEnumerable<KeyValue> attributes) =>
        new() { AsDouble = value, TimeUnixNano = time, StartTimeUnixNano = start, Attributes = { attributes } };

    public static NumberDataPoint Whole(long value, ulong time, ulong start = 1, params IEnumerable<KeyValue> attributes) =>
        new() { AsInt = value, TimeUnixNano = time, StartTimeUnixNano = start, Attributes = { attributes } };

    public static HistogramDataPoint Buckets(double[] bounds, ulong[] counts, double sum, ulong time, ulong start = 1)
    {
        var point = new HistogramDataPoint { Sum = sum, Count = (ulong)counts.Sum(count => (long)count), TimeUnixNano = time, StartTimeUnixNano = start };
        point.ExplicitBounds.AddRange(bounds);
        point.BucketCounts.AddRange(counts);
        return point;
    }

    public static Metric Histogram(string name, string unit, AggregationTemporality temporality, params IEnumerable<HistogramDataPoint> points) =>
        new() { Name = name, Unit = unit, Histogram = new Histogram { AggregationTemporality = temporality, DataPoints = { points } } };

    public static Metric Exponential(string name, AggregationTemporality temporality, params IEnumerable<ExponentialHistogramDataPoint> points) =>
        new() { Name = name, ExponentialHistogram = new ExponentialHistogram { AggregationTemporality = temporality, DataPoints = { points } } };

    public static Exemplar Exemplar(double value, ulong time) => new()
    {
        AsDouble = value,
        TimeUnixNano = time,
        TraceId = ByteString.CopyFrom([.. Enumerable.Range(1, 16).Select(i => (byte)i)]),
        SpanId = ByteString.CopyFrom([.. Enumerable.Range(1, 8).Select(i => (byte)i)]),
    };
}
