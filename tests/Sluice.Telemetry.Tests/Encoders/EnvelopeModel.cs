using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using ProtoValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Telemetry.Tests.Encoders;

/// <summary>What the JSON of records must be, built plainly from the parsed messages: the encoder's oracle.</summary>
internal static partial class EnvelopeModel
{
    /// <summary>One object per record, in the order of the request; without <c>id</c>.</summary>
    public static List<JsonObject> Of(IMessage request) => request switch
    {
        ExportLogsServiceRequest logs =>
        [
            .. from r in logs.ResourceLogs
               from s in r.ScopeLogs
               from record in s.LogRecords
               select Around(Log(record), r.Resource, r.SchemaUrl, s.Scope, s.SchemaUrl),
        ],
        ExportTraceServiceRequest traces =>
        [
            .. from r in traces.ResourceSpans
               from s in r.ScopeSpans
               from record in s.Spans
               select Around(SpanModel(record), r.Resource, r.SchemaUrl, s.Scope, s.SchemaUrl),
        ],
        ExportMetricsServiceRequest metrics =>
        [
            .. from r in metrics.ResourceMetrics
               from s in r.ScopeMetrics
               from record in s.Metrics
               select Around(MetricModel(record), r.Resource, r.SchemaUrl, s.Scope, s.SchemaUrl),
        ],
        _ => throw new ArgumentException("not an export request", nameof(request)),
    };

    public static JsonNode? Value(ProtoValue? value) => value?.ValueCase switch
    {
        ProtoValue.ValueOneofCase.StringValue => value.StringValue,
        ProtoValue.ValueOneofCase.BoolValue => value.BoolValue,
        ProtoValue.ValueOneofCase.IntValue => value.IntValue,
        ProtoValue.ValueOneofCase.DoubleValue => Double(value.DoubleValue),
        ProtoValue.ValueOneofCase.BytesValue => value.BytesValue.ToBase64(),
        ProtoValue.ValueOneofCase.ArrayValue => new JsonArray([.. value.ArrayValue.Values.Select(Value)]),
        ProtoValue.ValueOneofCase.KvlistValue => Attributes(value.KvlistValue.Values) ?? [],
        _ => null,
    };

    private static JsonObject Around(JsonObject record, Resource? resource, string resourceUrl, InstrumentationScope? scope, string scopeUrl)
    {
        var service = resource?.Attributes.FirstOrDefault(static attribute => attribute.Key == "service.name")?.Value;
        if (service?.ValueCase == ProtoValue.ValueOneofCase.StringValue)
        {
            Add(record, "service", service.StringValue);
        }

        var resourceModel = new JsonObject();
        Add(resourceModel, "attributes", Attributes(resource?.Attributes));
        Add(resourceModel, "dropped_attributes_count", resource?.DroppedAttributesCount ?? 0);
        Add(resourceModel, "schema_url", resourceUrl);
        Add(resourceModel, "entity_refs", List(resource?.EntityRefs, static entity =>
        {
            var model = new JsonObject();
            Add(model, "schema_url", entity.SchemaUrl);
            Add(model, "type", entity.Type);
            Add(model, "id_keys", List(entity.IdKeys, static key => (JsonNode)key));
            Add(model, "description_keys", List(entity.DescriptionKeys, static key => (JsonNode)key));
            return model;
        }));
        Add(record, "resource", resourceModel.Count > 0 ? resourceModel : null);

        var scopeModel = new JsonObject();
        Add(scopeModel, "name", scope?.Name ?? "");
        Add(scopeModel, "version", scope?.Version ?? "");
        Add(scopeModel, "attributes", Attributes(scope?.Attributes));
        Add(scopeModel, "dropped_attributes_count", scope?.DroppedAttributesCount ?? 0);
        Add(scopeModel, "schema_url", scopeUrl);
        Add(record, "scope", scopeModel.Count > 0 ? scopeModel : null);
        return record;
    }

    private static JsonObject Log(LogRecord log)
    {
        var model = new JsonObject { ["signal"] = log.EventName.Length > 0 ? "event" : "log" };
        Add(model, "time", Time(log.TimeUnixNano));
        Add(model, "observed_time", Time(log.ObservedTimeUnixNano));
        Add(model, "name", log.EventName);
        Add(model, "severity", log.SeverityText);
        Add(model, "severity_number", (int)log.SeverityNumber);
        Add(model, "trace_id", log.TraceId);
        Add(model, "span_id", log.SpanId);
        Add(model, "flags", log.Flags);
        Add(model, "body", Value(log.Body));
        Add(model, "attributes", Attributes(log.Attributes));
        Add(model, "dropped_attributes_count", log.DroppedAttributesCount);
        return model;
    }

    private static JsonObject SpanModel(Span span)
    {
        var model = new JsonObject { ["signal"] = "span" };
        Add(model, "time", Time(span.StartTimeUnixNano));
        Add(model, "name", span.Name);
        Add(model, "trace_id", span.TraceId);
        Add(model, "span_id", span.SpanId);
        Add(model, "parent_span_id", span.ParentSpanId);
        Add(model, "trace_state", span.TraceState);
        Add(model, "flags", span.Flags);
        Add(model, "kind", Enum((int)span.Kind, "internal", "server", "client", "producer", "consumer"));
        var status = new JsonObject();
        Add(status, "code", Enum((int)(span.Status?.Code ?? 0), "ok", "error"));
        Add(status, "message", span.Status?.Message ?? "");
        Add(model, "status", status.Count > 0 ? status : null);
        Add(model, "duration_ns", span.EndTimeUnixNano == 0 ? null : (JsonNode)unchecked((long)(span.EndTimeUnixNano - span.StartTimeUnixNano)));
        Add(model, "attributes", Attributes(span.Attributes));
        Add(model, "dropped_attributes_count", span.DroppedAttributesCount);
        Add(model, "events", List(span.Events, static item =>
        {
            var inner = new JsonObject();
            Add(inner, "time", Time(item.TimeUnixNano));
            Add(inner, "name", item.Name);
            Add(inner, "attributes", Attributes(item.Attributes));
            Add(inner, "dropped_attributes_count", item.DroppedAttributesCount);
            return inner;
        }));
        Add(model, "dropped_events_count", span.DroppedEventsCount);
        Add(model, "links", List(span.Links, static link =>
        {
            var inner = new JsonObject();
            Add(inner, "trace_id", link.TraceId);
            Add(inner, "span_id", link.SpanId);
            Add(inner, "trace_state", link.TraceState);
            Add(inner, "flags", link.Flags);
            Add(inner, "attributes", Attributes(link.Attributes));
            Add(inner, "dropped_attributes_count", link.DroppedAttributesCount);
            return inner;
        }));
        Add(model, "dropped_links_count", span.DroppedLinksCount);
        return model;
    }

    private static JsonObject? Attributes(IReadOnlyCollection<KeyValue>? attributes)
    {
        if (attributes is null || attributes.Count == 0)
        {
            return null;
        }

        var model = new JsonObject();
        foreach (var attribute in attributes)
        {
            model.TryAdd(attribute.Key, Value(attribute.Value));
        }

        return model;
    }

    private static JsonArray? List<T>(IReadOnlyCollection<T>? items, Func<T, JsonNode> convert) =>
        items is null || items.Count == 0 ? null : new JsonArray([.. items.Select(convert)]);

    private static JsonNode? Enum(int value, params string[] names) =>
        value == 0 ? null : value > 0 && value <= names.Length ? names[value - 1] : value;

    private static JsonNode Double(double value) => double.IsFinite(value) ? value : value.ToString(CultureInfo.InvariantCulture);

    private static string Time(ulong unixNano) => unixNano == 0
        ? ""
        : DateTime.UnixEpoch.AddTicks((long)(unixNano / 100)).ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff", CultureInfo.InvariantCulture)
            + (unixNano % 100).ToString("00", CultureInfo.InvariantCulture) + "Z";

    private static void Add(JsonObject model, string name, JsonNode? value)
    {
        if (value is not null)
        {
            model.Add(name, value);
        }
    }

    private static void Add(JsonObject model, string name, string value) => Add(model, name, value.Length == 0 ? null : (JsonNode)value);

    private static void Add(JsonObject model, string name, long value) => Add(model, name, value == 0 ? null : (JsonNode)value);

    private static void Add(JsonObject model, string name, ByteString id) =>
        Add(model, name, Convert.ToHexString(id.Span).ToLowerInvariant());
}
