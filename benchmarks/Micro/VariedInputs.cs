using System.Globalization;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Sluice.Micro;

/// <summary>
/// Requests as several services send them in turn, for what depends on how much records repeat each other: random ids and amounts, a
/// vocabulary of messages, routes and users, now and then a stack trace. The same on every run; no record comes twice.
/// </summary>
public sealed class VariedInputs
{
    private const ulong Start = 1_767_225_600_000_000_000;

    private static readonly string[] Services = ["checkout", "cart", "catalog", "payment", "shipping", "frontend", "recommendation", "accounts"];
    private static readonly string[] Routes = ["/api/orders", "/api/orders/{id}", "/api/carts/{id}/items", "/api/products", "/api/products/{id}", "/login", "/search"];
    private static readonly string[] Methods = ["GET", "GET", "GET", "POST", "PUT", "DELETE"];
    private static readonly string[] Categories = ["Shop.Orders.OrderService", "Shop.Http.RequestLog", "Npgsql.Command", "Shop.Cache", "Shop.Payments.Gateway"];
    private static readonly int[] Statuses = [200, 200, 200, 200, 201, 204, 302, 404, 409, 500, 503];

    private readonly Random _random = new(4320);
    private ulong _time = Start;

    /// <summary>The next request of one service, with 1 to 60 log records.</summary>
    public byte[] Logs()
    {
        var scope = new ScopeLogs { Scope = new InstrumentationScope { Name = Pick(Categories) } };
        var count = _random.Next(1, 61);
        for (var i = 0; i < count; i++)
        {
            var isError = _random.Next(40) == 0;
            var status = Pick(Statuses);
            var record = new LogRecord
            {
                TimeUnixNano = Next(),
                ObservedTimeUnixNano = _time + (ulong)_random.Next(200_000),
                SeverityNumber = isError ? SeverityNumber.Error : _random.Next(12) == 0 ? SeverityNumber.Warn : SeverityNumber.Info,
                SeverityText = isError ? "Error" : "Information",
                Body = Text(Message(status)),
                Flags = 1,
                Attributes =
                {
                    Attribute("http.request.method", Pick(Methods)),
                    Attribute("http.route", Pick(Routes)),
                    Attribute("http.response.status_code", status),
                    Attribute("user.id", Invariant($"u-{_random.Next(20_000):00000}")),
                },
            };
            if (_random.Next(3) > 0)
            {
                record.TraceId = Id(16);
                record.SpanId = Id(8);
            }

            if (isError)
            {
                record.Attributes.Add(Attribute("exception.type", "System.TimeoutException"));
                record.Attributes.Add(Attribute("exception.stacktrace", StackTrace()));
            }

            scope.LogRecords.Add(record);
        }

        return new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { Resource = Resource(), ScopeLogs = { scope } } } }.ToByteArray();
    }

    /// <summary>The next request of one service, with 1 to 60 spans.</summary>
    public byte[] Traces()
    {
        var scope = new ScopeSpans { Scope = new InstrumentationScope { Name = "OpenTelemetry.Instrumentation.AspNetCore", Version = "1.9.0" } };
        var count = _random.Next(1, 61);
        for (var i = 0; i < count; i++)
        {
            var method = Pick(Methods);
            var route = Pick(Routes);
            var status = Pick(Statuses);
            var start = Next();
            scope.Spans.Add(new Span
            {
                TraceId = Id(16),
                SpanId = Id(8),
                ParentSpanId = _random.Next(4) == 0 ? ByteString.Empty : Id(8),
                Name = $"{method} {route}",
                Kind = _random.Next(2) == 0 ? Span.Types.SpanKind.Server : Span.Types.SpanKind.Client,
                StartTimeUnixNano = start,
                EndTimeUnixNano = start + (ulong)_random.NextInt64(100_000, 900_000_000),
                Flags = 257,
                Status = new Status { Code = status >= 500 ? Status.Types.StatusCode.Error : Status.Types.StatusCode.Unset },
                Attributes =
                {
                    Attribute("http.request.method", method),
                    Attribute("url.path", Invariant($"/api/orders/{_random.Next(1_000_000)}")),
                    Attribute("http.route", route),
                    Attribute("http.response.status_code", status),
                    Attribute("network.peer.address", Invariant($"10.1.{_random.Next(256)}.{_random.Next(256)}")),
                    Attribute("server.port", 443),
                    Attribute("thread.id", _random.Next(64)),
                },
            });
        }

        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = Resource(), ScopeSpans = { scope } } } }.ToByteArray();
    }

    private string Message(int status) => _random.Next(6) switch
    {
        0 => Invariant($"Order {_random.Next(10_000_000)} accepted for cart {_random.Next():x8}, total {_random.Next(100, 90_000) / 100.0:0.00} EUR"),
        1 => Invariant($"HTTP {Pick(Methods)} {Pick(Routes)} responded {status} in {_random.NextDouble() * 900:0.000} ms"),
        2 => Invariant($"Executed DbCommand ({_random.Next(1, 400)}ms) [Parameters=[@id='{_random.Next(1_000_000)}'], CommandTimeout='30'] SELECT o.id, o.total, o.state FROM orders AS o WHERE o.id = @id"),
        3 => Invariant($"Cache miss for key product:{_random.Next(50_000)}:price"),
        4 => Invariant($"Payment {_random.NextInt64():x16} authorised by {(_random.Next(2) == 0 ? "visa" : "sepa")} after {_random.Next(1, 4)} attempts"),
        _ => Invariant($"User u-{_random.Next(20_000):00000} signed in from 10.1.{_random.Next(256)}.{_random.Next(256)}"),
    };

    private string StackTrace() => string.Join('\n', Enumerable.Range(0, _random.Next(6, 18)).Select(
        _ => Invariant($"   at {Pick(Categories)}.{Pick(["Send", "Execute", "Handle", "Retry", "Invoke"])}Async(CancellationToken token) in /src/{Pick(Services)}/{Pick(Categories)}.cs:line {_random.Next(1, 900)}")));

    private Resource Resource()
    {
        var service = Pick(Services);
        var instance = _random.Next(6);
        return new Resource
        {
            Attributes =
            {
                Attribute("service.name", service),
                Attribute("service.version", "2026.1.3"),
                Attribute("service.instance.id", Invariant($"{service}-7d9f8c6b5-{instance:x5}")),
                Attribute("telemetry.sdk.language", "dotnet"),
                Attribute("host.name", Invariant($"node-{instance:00}")),
            },
        };
    }

    private ulong Next() => _time += (ulong)_random.Next(10_000, 3_000_000);

    private T Pick<T>(T[] from) => from[_random.Next(from.Length)];

    private ByteString Id(int size)
    {
        var bytes = new byte[size];
        _random.NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private static KeyValue Attribute(string key, string value) => new() { Key = key, Value = Text(value) };

    private static KeyValue Attribute(string key, long value) => new() { Key = key, Value = new AnyValue { IntValue = value } };

    private static AnyValue Text(string value) => new() { StringValue = value };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
