using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Metrics.V1;

namespace Sluice.Testing.Otlp;

/// <content>Metrics of all five kinds.</content>
public sealed partial class OtlpGenerator
{
    /// <summary>Makes a request with metrics.</summary>
    public ExportMetricsServiceRequest Metrics()
    {
        var request = new ExportMetricsServiceRequest();
        Fill(request.ResourceMetrics, _options.Resources, () =>
        {
            var resource = new ResourceMetrics { Resource = Resource(), SchemaUrl = Text() };
            Fill(resource.ScopeMetrics, _options.Scopes, () =>
            {
                var scope = new ScopeMetrics { Scope = Scope(), SchemaUrl = Text() };
                Fill(scope.Metrics, _options.Records, Metric);
                return Odd(scope);
            });
            return Odd(resource);
        });
        return Odd(request);
    }

    /// <summary>Makes a metric of any kind, now and then without data.</summary>
    public Metric Metric()
    {
        var metric = new Metric { Name = Text(), Description = Text(), Unit = Text() };
        Attributes(metric.Metadata);
        switch (_random.Next(6))
        {
            case 0:
                metric.Gauge = Odd(new Gauge());
                Fill(metric.Gauge.DataPoints, _options.Children, NumberPoint);
                break;
            case 1:
                metric.Sum = Odd(new Sum { AggregationTemporality = Temporality(), IsMonotonic = Flip() });
                Fill(metric.Sum.DataPoints, _options.Children, NumberPoint);
                break;
            case 2:
                metric.Histogram = Odd(new Histogram { AggregationTemporality = Temporality() });
                Fill(metric.Histogram.DataPoints, _options.Children, HistogramPoint);
                break;
            case 3:
                metric.ExponentialHistogram = Odd(new ExponentialHistogram { AggregationTemporality = Temporality() });
                Fill(metric.ExponentialHistogram.DataPoints, _options.Children, ExponentialPoint);
                break;
            case 4:
                metric.Summary = Odd(new Summary());
                Fill(metric.Summary.DataPoints, _options.Children, SummaryPoint);
                break;
            default:
                break;
        }

        return Odd(metric);
    }

    private AggregationTemporality Temporality() => (AggregationTemporality)_random.Next(3);

    private NumberDataPoint NumberPoint()
    {
        var point = new NumberDataPoint { StartTimeUnixNano = Time(), TimeUnixNano = Time(), Flags = Count32() };
        switch (_random.Next(3))
        {
            case 0:
                point.AsDouble = Double();
                break;
            case 1:
                point.AsInt = Integer();
                break;
            default:
                break;
        }

        Attributes(point.Attributes);
        Fill(point.Exemplars, 2, Exemplar);
        return Odd(point);
    }

    private HistogramDataPoint HistogramPoint()
    {
        var point = new HistogramDataPoint { StartTimeUnixNano = Time(), TimeUnixNano = Time(), Flags = Count32() };
        point.Count = (ulong)Integer();
        if (Flip())
        {
            point.Sum = Double();
            point.Min = Double();
            point.Max = Double();
        }

        Fill(point.BucketCounts, _options.Children, () => (ulong)Integer());
        Fill(point.ExplicitBounds, _options.Children, Double);
        Attributes(point.Attributes);
        Fill(point.Exemplars, 2, Exemplar);
        return Odd(point);
    }

    private ExponentialHistogramDataPoint ExponentialPoint()
    {
        var point = new ExponentialHistogramDataPoint
        {
            StartTimeUnixNano = Time(),
            TimeUnixNano = Time(),
            Flags = Count32(),
            Count = (ulong)Integer(),
            Scale = _random.Next(-10, 21),
            ZeroCount = (ulong)_random.Next(3),
            ZeroThreshold = Double(),
            Positive = Flip() ? Buckets() : null,
            Negative = Flip() ? Buckets() : null,
        };
        if (Flip())
        {
            point.Sum = Double();
            point.Min = Double();
            point.Max = Double();
        }

        Attributes(point.Attributes);
        Fill(point.Exemplars, 2, Exemplar);
        return Odd(point);
    }

    private ExponentialHistogramDataPoint.Types.Buckets Buckets()
    {
        var buckets = new ExponentialHistogramDataPoint.Types.Buckets { Offset = _random.Next(-100, 100) };
        Fill(buckets.BucketCounts, _options.Children, () => (ulong)Integer());
        return Odd(buckets);
    }

    private SummaryDataPoint SummaryPoint()
    {
        var point = new SummaryDataPoint
        {
            StartTimeUnixNano = Time(),
            TimeUnixNano = Time(),
            Flags = Count32(),
            Count = (ulong)Integer(),
            Sum = Double(),
        };
        Fill(point.QuantileValues, _options.Children, () => Odd(new SummaryDataPoint.Types.ValueAtQuantile
        {
            Quantile = _random.NextDouble(),
            Value = Double(),
        }));
        Attributes(point.Attributes);
        return Odd(point);
    }

    private Exemplar Exemplar()
    {
        var exemplar = new Exemplar { TimeUnixNano = Time(), TraceId = Id(16), SpanId = Id(8) };
        if (Flip())
        {
            exemplar.AsDouble = Double();
        }
        else
        {
            exemplar.AsInt = Integer();
        }

        Attributes(exemplar.FilteredAttributes);
        return Odd(exemplar);
    }
}
