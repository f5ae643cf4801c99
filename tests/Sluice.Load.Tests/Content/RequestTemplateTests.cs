using System.Text;
using Google.Protobuf;
using Google.Protobuf.Collections;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Load.Ids;
using Sluice.Testing;

namespace Sluice.Load.Content;

public sealed class RequestTemplateTests
{
    private const int Records = 100;
    private const ulong Time = 1_767_225_600_000_000_000;

    [Fact]
    public void Every_log_record_is_whole_and_like_no_other()
    {
        var all = Filled(LoadSignal.Logs, bytes => ExportLogsServiceRequest.Parser.ParseFrom(bytes).ResourceLogs.Single().ScopeLogs.Single().LogRecords);

        Assert.All(all, log => Assert.InRange(log.CalculateSize(), 230, 350));
        Assert.Equal(all.Count, all.Select(log => Id(log.Attributes)).Distinct().Count());
        Assert.Equal(all.Count, all.Select(log => log.SpanId).Distinct().Count());
        Assert.True(all.Select(log => log.Body.StringValue).Distinct().Count() > Records * 9 / 10);
        Assert.All(all, log => Assert.InRange(log.TimeUnixNano, Time, Time + 1_000_000_000));
        Assert.All(all, log => Assert.True(log.ObservedTimeUnixNano > log.TimeUnixNano));
        Assert.All(all, log => Assert.Contains(log.SeverityNumber, new[] { SeverityNumber.Info, SeverityNumber.Warn }));
    }

    [Fact]
    public void Every_span_is_whole_and_the_child_of_the_one_before_in_its_trace()
    {
        var all = Filled(LoadSignal.Traces, bytes => ExportTraceServiceRequest.Parser.ParseFrom(bytes).ResourceSpans.Single().ScopeSpans.Single().Spans);

        Assert.All(all, span => Assert.InRange(span.CalculateSize(), 230, 350));
        Assert.Equal(all.Count, all.Select(span => Id(span.Attributes)).Distinct().Count());
        Assert.Equal(all.Count, all.Select(span => span.SpanId).Distinct().Count());
        Assert.Equal(all.Count / 4, all.Select(span => span.TraceId).Distinct().Count());
        Assert.All(all, span => Assert.True(span.EndTimeUnixNano > span.StartTimeUnixNano));
        foreach (var trace in all.GroupBy(span => span.TraceId))
        {
            Assert.Equal([ByteString.Empty, .. trace.SkipLast(1).Select(span => span.SpanId)], trace.Select(span => span.ParentSpanId));
        }
    }

    [Fact]
    public void Every_metric_is_whole_and_like_no_other()
    {
        var all = Filled(LoadSignal.Metrics, bytes => ExportMetricsServiceRequest.Parser.ParseFrom(bytes).ResourceMetrics.Single().ScopeMetrics.Single().Metrics);

        Assert.All(all, metric => Assert.InRange(metric.CalculateSize(), 230, 350));
        var points = all.Select(metric => metric.DataCase == Metric.DataOneofCase.Sum ? metric.Sum.DataPoints.Single() : metric.Gauge.DataPoints.Single()).ToList();
        Assert.Equal(all.Count, points.Select(point => Id(point.Attributes)).Distinct().Count());
        Assert.All(points, point => Assert.True(point.TimeUnixNano > point.StartTimeUnixNano));
        Assert.All(points, point => Assert.NotEqual(NumberDataPoint.ValueOneofCase.None, point.ValueCase));
    }

    [Theory]
    [InlineData(LoadSignal.Logs)]
    [InlineData(LoadSignal.Traces)]
    [InlineData(LoadSignal.Metrics)]
    public void Connections_send_contents_of_their_own(LoadSignal signal) =>
        Assert.NotEqual(new RequestTemplate(signal, Records, 1).Body.ToArray(), new RequestTemplate(signal, Records, 2).Body.ToArray());

    [Theory]
    [InlineData(LoadSignal.Logs)]
    [InlineData(LoadSignal.Traces)]
    [InlineData(LoadSignal.Metrics)]
    public void Filling_allocates_nothing(LoadSignal signal)
    {
        var template = new RequestTemplate(signal, Records, 1);

        Assert.Equal(0, Allocations.Least(() => template.Fill(1, 100, Time)));
    }

    /// <summary>The records of two requests, one filled after the other out of the same template.</summary>
    private static List<T> Filled<T>(LoadSignal signal, Func<byte[], RepeatedField<T>> parse)
    {
        var template = new RequestTemplate(signal, Records, 5);
        var all = new List<T>();
        var counter = new IdCounter();
        foreach (var first in new[] { 0L, 12_300L })
        {
            template.Fill(9, first, Time);
            var body = template.Body.ToArray();
            all.AddRange(parse(body));
            Assert.Equal(Records, counter.Add(body));
            Assert.Equal(-1, body.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Placeholder.Marker)));
        }

        var expected = new IdSet(9);
        expected.AddRange(0, Records);
        expected.AddRange(12_300, Records);
        Assert.Equal(new Comparison(2 * Records, 2 * Records, 0, 0, 0), Comparison.Of([expected], counter.Runs));
        return all;
    }

    private static string Id(RepeatedField<KeyValue> attributes) => attributes.Single(attribute => attribute.Key == "load.id").Value.StringValue;
}
