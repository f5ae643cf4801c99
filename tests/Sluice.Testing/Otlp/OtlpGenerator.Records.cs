using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Trace.V1;

namespace Sluice.Testing.Otlp;

/// <content>Logs and traces.</content>
public sealed partial class OtlpGenerator
{
    /// <summary>Makes a request with log records, events among them.</summary>
    public ExportLogsServiceRequest Logs()
    {
        var request = new ExportLogsServiceRequest();
        Fill(request.ResourceLogs, _options.Resources, () =>
        {
            var resource = new ResourceLogs { Resource = Resource(), SchemaUrl = Text() };
            Fill(resource.ScopeLogs, _options.Scopes, () =>
            {
                var scope = new ScopeLogs { Scope = Scope(), SchemaUrl = Text() };
                Fill(scope.LogRecords, _options.Records, LogRecord);
                return Odd(scope);
            });
            return Odd(resource);
        });
        return Odd(request);
    }

    /// <summary>Makes a request with spans.</summary>
    public ExportTraceServiceRequest Traces()
    {
        var request = new ExportTraceServiceRequest();
        Fill(request.ResourceSpans, _options.Resources, () =>
        {
            var resource = new ResourceSpans { Resource = Resource(), SchemaUrl = Text() };
            Fill(resource.ScopeSpans, _options.Scopes, () =>
            {
                var scope = new ScopeSpans { Scope = Scope(), SchemaUrl = Text() };
                Fill(scope.Spans, _options.Records, Span);
                return Odd(scope);
            });
            return Odd(resource);
        });
        return Odd(request);
    }

    /// <summary>Makes a log record; every eighth is empty.</summary>
    public LogRecord LogRecord()
    {
        if (_random.Next(8) == 0)
        {
            return new LogRecord();
        }

        var record = new LogRecord
        {
            TimeUnixNano = Time(),
            ObservedTimeUnixNano = Time(),
            SeverityNumber = (SeverityNumber)(_random.Next(20) == 0 ? _random.Next(-5, 1000) : _random.Next(25)),
            SeverityText = Text(),
            Body = _random.Next(5) == 0 ? null : Value(_options.Depth),
            DroppedAttributesCount = Count32(),
            Flags = Count32(),
            TraceId = Id(16),
            SpanId = Id(8),
            EventName = _random.Next(3) == 0 ? Text() : "",
        };
        Attributes(record.Attributes);
        return Odd(record);
    }

    /// <summary>Makes a span; every eighth is empty.</summary>
    public Span Span()
    {
        if (_random.Next(8) == 0)
        {
            return new Span();
        }

        var span = new Span
        {
            TraceId = Id(16),
            SpanId = Id(8),
            ParentSpanId = Id(8),
            TraceState = Text(),
            Name = Text(),
            Kind = (Span.Types.SpanKind)(_random.Next(20) == 0 ? _random.Next(-5, 1000) : _random.Next(6)),
            StartTimeUnixNano = Time(),
            EndTimeUnixNano = Time(),
            DroppedAttributesCount = Count32(),
            DroppedEventsCount = Count32(),
            DroppedLinksCount = Count32(),
            Flags = Count32(),
            Status = _random.Next(4) == 0 ? null : Odd(new Status { Code = (Status.Types.StatusCode)_random.Next(3), Message = Text() }),
        };
        Attributes(span.Attributes);
        Fill(span.Events, _options.Children, () =>
        {
            var item = new Span.Types.Event { TimeUnixNano = Time(), Name = Text(), DroppedAttributesCount = Count32() };
            Attributes(item.Attributes);
            return Odd(item);
        });
        Fill(span.Links, _options.Children, () =>
        {
            var link = new Span.Types.Link
            {
                TraceId = Id(16),
                SpanId = Id(8),
                TraceState = Text(),
                DroppedAttributesCount = Count32(),
                Flags = Count32(),
            };
            Attributes(link.Attributes);
            return Odd(link);
        });
        return Odd(span);
    }
}
