using System.Globalization;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Sluice.Micro;

/// <summary>What all benchmarks run on: requests as an instrumented web shop sends them, the same on every run.</summary>
public static class Inputs
{
    /// <summary>Records in a request.</summary>
    public const int Records = 100;

    private const ulong Start = 1_767_225_600_000_000_000;

    /// <summary>Log records of about 250 bytes: two times, severity, a body, five attributes, ids, flags.</summary>
    public static byte[] Logs()
    {
        var scope = new ScopeLogs { Scope = new InstrumentationScope { Name = "Shop.Checkout", Version = "1.4.2" } };
        for (var i = 0; i < Records; i++)
        {
            scope.LogRecords.Add(new LogRecord
            {
                TimeUnixNano = Start + ((ulong)i * 1_300_017),
                ObservedTimeUnixNano = Start + ((ulong)i * 1_300_017) + 40_211,
                SeverityNumber = i % 10 == 0 ? SeverityNumber.Warn : SeverityNumber.Info,
                SeverityText = i % 10 == 0 ? "Warning" : "Information",
                Body = Text(Invariant($"Order {48_000 + i} accepted for cart {i * 7919:x8}")),
                Attributes =
                {
                    Attribute("http.request.method", "POST"),
                    Attribute("url.path", "/api/orders"),
                    Attribute("http.response.status_code", 200),
                    Attribute("user.id", Invariant($"u-{i * 31 % 1000:0000}")),
                    Attribute("order.total", 1999 + (i * 37)),
                },
                TraceId = Id(16, i / 4),
                SpanId = Id(8, i),
                Flags = 1,
            });
        }

        return new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { Resource = Shop(), ScopeLogs = { scope } } } }.ToByteArray();
    }

    /// <summary>Spans of about 400 bytes: eight attributes, every fourth with an event, every tenth failed.</summary>
    public static byte[] Traces()
    {
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "OpenTelemetry.Instrumentation.AspNetCore", Version = "1.9.0" } };
        for (var i = 0; i < Records; i++)
        {
            var span = new Span
            {
                TraceId = Id(16, i / 4),
                SpanId = Id(8, i),
                ParentSpanId = i % 4 == 0 ? ByteString.Empty : Id(8, i - 1),
                Name = "POST /api/orders",
                Kind = Span.Types.SpanKind.Server,
                StartTimeUnixNano = Start + ((ulong)i * 1_300_017),
                EndTimeUnixNano = Start + ((ulong)i * 1_300_017) + 8_123_456,
                Flags = 257,
                Status = new Status { Code = i % 10 == 0 ? Status.Types.StatusCode.Error : Status.Types.StatusCode.Unset },
                Attributes =
                {
                    Attribute("http.request.method", "POST"),
                    Attribute("url.scheme", "https"),
                    Attribute("url.path", "/api/orders"),
                    Attribute("http.route", "/api/orders"),
                    Attribute("http.response.status_code", i % 10 == 0 ? 500 : 200),
                    Attribute("network.protocol.version", "1.1"),
                    Attribute("server.address", "shop.example.com"),
                    Attribute("server.port", 443),
                },
            };
            if (i % 4 == 0)
            {
                span.Events.Add(new Span.Types.Event
                {
                    TimeUnixNano = Start + ((ulong)i * 1_300_017) + 1_000_000,
                    Name = "cache.miss",
                    Attributes = { Attribute("cache.key", Invariant($"price:{i:000000}")) },
                });
            }

            scope.Spans.Add(span);
        }

        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = Shop(), ScopeSpans = { scope } } } }.ToByteArray();
    }

    /// <summary>Metrics, half of them sums with three points, half of them histograms with two points of 15 buckets and an exemplar.</summary>
    public static byte[] Metrics()
    {
        var scope = new ScopeMetrics { Scope = new InstrumentationScope { Name = "Microsoft.AspNetCore.Hosting" } };
        for (var i = 0; i < Records; i++)
        {
            scope.Metrics.Add(i % 2 == 0 ? Sum(i) : Histogram(i));
        }

        return new ExportMetricsServiceRequest
        {
            ResourceMetrics = { new ResourceMetrics { Resource = Shop(), ScopeMetrics = { scope } } },
        }.ToByteArray();
    }

    /// <summary>A log record with ten attributes, <c>attribute.0</c> to <c>attribute.9</c>, text and numbers in turn.</summary>
    public static byte[] TenAttributes()
    {
        var record = new LogRecord { TimeUnixNano = Start, Body = Text("Order accepted"), TraceId = Id(16, 1), SpanId = Id(8, 1) };
        for (var i = 0; i < 10; i++)
        {
            var key = Invariant($"attribute.{i}");
            record.Attributes.Add(i % 2 == 0 ? Attribute(key, Invariant($"value of {i}")) : Attribute(key, 1000 + i));
        }

        return record.ToByteArray();
    }

    private static Resource Shop() => new()
    {
        Attributes =
        {
            Attribute("service.name", "checkout"),
            Attribute("service.version", "2026.1.3"),
            Attribute("service.instance.id", "6f1c1d2e-6a1f-4c55-9a43-2b0a6f3a9d11"),
            Attribute("telemetry.sdk.language", "dotnet"),
            Attribute("host.name", "node-07"),
        },
    };

    private static Metric Sum(int i)
    {
        var sum = new Sum { AggregationTemporality = AggregationTemporality.Cumulative, IsMonotonic = true };
        for (var point = 0; point < 3; point++)
        {
            sum.DataPoints.Add(new NumberDataPoint
            {
                StartTimeUnixNano = Start,
                TimeUnixNano = Start + 60_000_000_000,
                AsInt = (i * 1000) + point,
                Attributes = { Attribute("http.route", "/api/orders"), Attribute("http.response.status_code", 200 + point) },
            });
        }

        return new Metric { Name = Invariant($"http.server.requests.{i}"), Description = "Requests served.", Unit = "{request}", Sum = sum };
    }

    private static Metric Histogram(int i)
    {
        var histogram = new Histogram { AggregationTemporality = AggregationTemporality.Delta };
        for (var point = 0; point < 2; point++)
        {
            var data = new HistogramDataPoint
            {
                StartTimeUnixNano = Start,
                TimeUnixNano = Start + 60_000_000_000,
                Count = 120,
                Sum = 17.25 + i,
                Min = 0.0003,
                Max = 1.7,
                Attributes = { Attribute("http.route", "/api/orders"), Attribute("http.request.method", point == 0 ? "GET" : "POST") },
                Exemplars = { new Exemplar { TimeUnixNano = Start + 30_000_000_000, AsDouble = 0.25, TraceId = Id(16, i), SpanId = Id(8, i) } },
            };
            for (var bucket = 0; bucket < 15; bucket++)
            {
                data.BucketCounts.Add((ulong)(bucket * 3));
                if (bucket > 0)
                {
                    data.ExplicitBounds.Add(0.005 * bucket * bucket);
                }
            }

            histogram.DataPoints.Add(data);
        }

        return new Metric { Name = Invariant($"http.server.request.duration.{i}"), Unit = "s", Histogram = histogram };
    }

    private static KeyValue Attribute(string key, string value) => new() { Key = key, Value = Text(value) };

    private static KeyValue Attribute(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    private static AnyValue Text(string value) => new() { StringValue = value };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Ids that look random: most have a byte beyond ASCII early.</summary>
    private static ByteString Id(int size, int number)
    {
        var bytes = new byte[size];
        new Random(number + 1).NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }
}
