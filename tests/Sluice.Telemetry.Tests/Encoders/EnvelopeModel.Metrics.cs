using System.Text.Json.Nodes;
using OpenTelemetry.Proto.Metrics.V1;

namespace Sluice.Telemetry.Tests.Encoders;

/// <content>Metrics.</content>
internal static partial class EnvelopeModel
{
    private static JsonObject MetricModel(Metric metric)
    {
        var (type, points, times) = Points(metric);
        var inner = new JsonObject();
        Add(inner, "type", type);
        Add(inner, "unit", metric.Unit);
        Add(inner, "description", metric.Description);
        Add(inner, "temporality", Enum((int)Temporality(metric), "delta", "cumulative"));
        Add(inner, "monotonic", metric.Sum is null ? null : (JsonNode)metric.Sum.IsMonotonic);
        Add(inner, "data_points", points);
        Add(inner, "metadata", Attributes(metric.Metadata));

        var model = new JsonObject { ["signal"] = "metric" };
        Add(model, "time", Time(times.Append(0UL).Max()));
        Add(model, "name", metric.Name);
        model.Add("metric", inner);
        return model;
    }

    private static AggregationTemporality Temporality(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Sum => metric.Sum.AggregationTemporality,
        Metric.DataOneofCase.Histogram => metric.Histogram.AggregationTemporality,
        Metric.DataOneofCase.ExponentialHistogram => metric.ExponentialHistogram.AggregationTemporality,
        _ => AggregationTemporality.Unspecified,
    };

    private static (string Type, JsonArray? Points, IEnumerable<ulong> Times) Points(Metric metric) => metric.DataCase switch
    {
        Metric.DataOneofCase.Gauge =>
            ("gauge", List(metric.Gauge.DataPoints, Number), metric.Gauge.DataPoints.Select(static point => point.TimeUnixNano)),
        Metric.DataOneofCase.Sum =>
            ("sum", List(metric.Sum.DataPoints, Number), metric.Sum.DataPoints.Select(static point => point.TimeUnixNano)),
        Metric.DataOneofCase.Histogram =>
            ("histogram", List(metric.Histogram.DataPoints, Histogram), metric.Histogram.DataPoints.Select(static point => point.TimeUnixNano)),
        Metric.DataOneofCase.ExponentialHistogram => (
            "exponential_histogram",
            List(metric.ExponentialHistogram.DataPoints, Exponential),
            metric.ExponentialHistogram.DataPoints.Select(static point => point.TimeUnixNano)),
        Metric.DataOneofCase.Summary =>
            ("summary", List(metric.Summary.DataPoints, Summary), metric.Summary.DataPoints.Select(static point => point.TimeUnixNano)),
        _ => ("", null, []),
    };

    private static JsonObject Number(NumberDataPoint point)
    {
        var model = new JsonObject();
        Add(model, "start_time", Time(point.StartTimeUnixNano));
        Add(model, "time", Time(point.TimeUnixNano));
        Add(model, "value", point.HasAsDouble ? Double(point.AsDouble) : point.HasAsInt ? point.AsInt : null);
        Add(model, "attributes", Attributes(point.Attributes));
        Add(model, "exemplars", List(point.Exemplars, ExemplarModel));
        Add(model, "flags", point.Flags);
        return model;
    }

    private static JsonObject Histogram(HistogramDataPoint point)
    {
        var model = new JsonObject();
        Add(model, "start_time", Time(point.StartTimeUnixNano));
        Add(model, "time", Time(point.TimeUnixNano));
        model.Add("count", point.Count);
        Add(model, "sum", point.HasSum ? Double(point.Sum) : null);
        Add(model, "min", point.HasMin ? Double(point.Min) : null);
        Add(model, "max", point.HasMax ? Double(point.Max) : null);
        Add(model, "bucket_counts", List(point.BucketCounts, static count => (JsonNode)count));
        Add(model, "explicit_bounds", List(point.ExplicitBounds, Double));
        Add(model, "attributes", Attributes(point.Attributes));
        Add(model, "exemplars", List(point.Exemplars, ExemplarModel));
        Add(model, "flags", point.Flags);
        return model;
    }

    private static JsonObject Exponential(ExponentialHistogramDataPoint point)
    {
        var model = new JsonObject();
        Add(model, "start_time", Time(point.StartTimeUnixNano));
        Add(model, "time", Time(point.TimeUnixNano));
        model.Add("count", point.Count);
        Add(model, "sum", point.HasSum ? Double(point.Sum) : null);
        Add(model, "min", point.HasMin ? Double(point.Min) : null);
        Add(model, "max", point.HasMax ? Double(point.Max) : null);
        model.Add("scale", point.Scale);
        Add(model, "zero_count", point.ZeroCount == 0 ? null : (JsonNode)point.ZeroCount);
        Add(model, "zero_threshold", point.ZeroThreshold == 0 ? null : Double(point.ZeroThreshold));
        Add(model, "positive", Buckets(point.Positive));
        Add(model, "negative", Buckets(point.Negative));
        Add(model, "attributes", Attributes(point.Attributes));
        Add(model, "exemplars", List(point.Exemplars, ExemplarModel));
        Add(model, "flags", point.Flags);
        return model;
    }

    private static JsonObject? Buckets(ExponentialHistogramDataPoint.Types.Buckets? buckets)
    {
        if (buckets is null)
        {
            return null;
        }

        var model = new JsonObject { ["offset"] = buckets.Offset };
        Add(model, "bucket_counts", List(buckets.BucketCounts, static count => (JsonNode)count));
        return model;
    }

    private static JsonObject Summary(SummaryDataPoint point)
    {
        var model = new JsonObject();
        Add(model, "start_time", Time(point.StartTimeUnixNano));
        Add(model, "time", Time(point.TimeUnixNano));
        model.Add("count", point.Count);
        model.Add("sum", Double(point.Sum));
        Add(model, "quantiles", List(point.QuantileValues, static quantile => new JsonObject
        {
            ["quantile"] = Double(quantile.Quantile),
            ["value"] = Double(quantile.Value),
        }));
        Add(model, "attributes", Attributes(point.Attributes));
        Add(model, "flags", point.Flags);
        return model;
    }

    private static JsonObject ExemplarModel(Exemplar exemplar)
    {
        var model = new JsonObject();
        Add(model, "time", Time(exemplar.TimeUnixNano));
        Add(model, "value", exemplar.HasAsDouble ? Double(exemplar.AsDouble) : exemplar.HasAsInt ? exemplar.AsInt : null);
        Add(model, "trace_id", exemplar.TraceId);
        Add(model, "span_id", exemplar.SpanId);
        Add(model, "filtered_attributes", Attributes(exemplar.FilteredAttributes));
        return model;
    }
}
