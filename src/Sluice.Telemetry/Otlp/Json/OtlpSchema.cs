namespace Sluice.Telemetry.Otlp.Json;

/// <summary>The messages of the OpenTelemetry protocol 1.x that an export request is made of.</summary>
internal static class OtlpSchema
{
    private static readonly OtlpEnum SeverityNumber = new("SeverityNumber", [
        "SEVERITY_NUMBER_UNSPECIFIED",
        "SEVERITY_NUMBER_TRACE", "SEVERITY_NUMBER_TRACE2", "SEVERITY_NUMBER_TRACE3", "SEVERITY_NUMBER_TRACE4",
        "SEVERITY_NUMBER_DEBUG", "SEVERITY_NUMBER_DEBUG2", "SEVERITY_NUMBER_DEBUG3", "SEVERITY_NUMBER_DEBUG4",
        "SEVERITY_NUMBER_INFO", "SEVERITY_NUMBER_INFO2", "SEVERITY_NUMBER_INFO3", "SEVERITY_NUMBER_INFO4",
        "SEVERITY_NUMBER_WARN", "SEVERITY_NUMBER_WARN2", "SEVERITY_NUMBER_WARN3", "SEVERITY_NUMBER_WARN4",
        "SEVERITY_NUMBER_ERROR", "SEVERITY_NUMBER_ERROR2", "SEVERITY_NUMBER_ERROR3", "SEVERITY_NUMBER_ERROR4",
        "SEVERITY_NUMBER_FATAL", "SEVERITY_NUMBER_FATAL2", "SEVERITY_NUMBER_FATAL3", "SEVERITY_NUMBER_FATAL4"]);

    private static readonly OtlpEnum SpanKind = new(
        "SpanKind", "SPAN_KIND_UNSPECIFIED", "SPAN_KIND_INTERNAL", "SPAN_KIND_SERVER", "SPAN_KIND_CLIENT", "SPAN_KIND_PRODUCER", "SPAN_KIND_CONSUMER");

    private static readonly OtlpEnum StatusCode = new("StatusCode", "STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR");

    private static readonly OtlpEnum Temporality = new(
        "AggregationTemporality", "AGGREGATION_TEMPORALITY_UNSPECIFIED", "AGGREGATION_TEMPORALITY_DELTA", "AGGREGATION_TEMPORALITY_CUMULATIVE");

    private static readonly OtlpMessage AnyValue = new("AnyValue");
    private static readonly OtlpMessage KeyValue = new("KeyValue");
    private static readonly OtlpMessage Resource = new("Resource");
    private static readonly OtlpMessage Scope = new("InstrumentationScope");
    private static readonly OtlpMessage Exemplar = new("Exemplar");
    private static readonly OtlpMessage Logs = DefineLogs();
    private static readonly OtlpMessage Traces = DefineTraces();
    private static readonly OtlpMessage Metrics = DefineMetrics();

    static OtlpSchema()
    {
        var array = Message("ArrayValue", Repeated(1, "values", AnyValue));
        var list = Message("KeyValueList", Repeated(1, "values", KeyValue));
        AnyValue.Define(
            Oneof(1, "string_value", OtlpFieldKind.String),
            Oneof(2, "bool_value", OtlpFieldKind.Bool),
            Oneof(3, "int_value", OtlpFieldKind.Int64),
            Oneof(4, "double_value", OtlpFieldKind.Double),
            Oneof(5, "array_value", array),
            Oneof(6, "kvlist_value", list),
            Oneof(7, "bytes_value", OtlpFieldKind.Bytes));
        KeyValue.Define(Field(1, "key", OtlpFieldKind.String), Field(2, "value", AnyValue));

        var entity = Message(
            "EntityRef",
            Field(1, "schema_url", OtlpFieldKind.String),
            Field(2, "type", OtlpFieldKind.String),
            Repeated(3, "id_keys", OtlpFieldKind.String),
            Repeated(4, "description_keys", OtlpFieldKind.String));
        Resource.Define(
            Repeated(1, "attributes", KeyValue),
            Field(2, "dropped_attributes_count", OtlpFieldKind.UInt32),
            Repeated(3, "entity_refs", entity));
        Scope.Define(
            Field(1, "name", OtlpFieldKind.String),
            Field(2, "version", OtlpFieldKind.String),
            Repeated(3, "attributes", KeyValue),
            Field(4, "dropped_attributes_count", OtlpFieldKind.UInt32));
        Exemplar.Define(
            Repeated(7, "filtered_attributes", KeyValue),
            Field(2, "time_unix_nano", OtlpFieldKind.Fixed64),
            Oneof(3, "as_double", OtlpFieldKind.Double),
            Oneof(6, "as_int", OtlpFieldKind.SFixed64),
            Field(4, "span_id", OtlpFieldKind.SpanId),
            Field(5, "trace_id", OtlpFieldKind.TraceId));
    }

    /// <summary>The export request of a signal.</summary>
    public static OtlpMessage Request(Signal signal) => signal switch
    {
        Signal.Logs => Logs,
        Signal.Traces => Traces,
        _ => Metrics,
    };

    private static OtlpMessage DefineLogs() => Request("Logs", "logs", "log_records", Message(
        "LogRecord",
        Field(1, "time_unix_nano", OtlpFieldKind.Fixed64),
        Field(11, "observed_time_unix_nano", OtlpFieldKind.Fixed64),
        Field(2, "severity_number", SeverityNumber),
        Field(3, "severity_text", OtlpFieldKind.String),
        Field(5, "body", AnyValue),
        Repeated(6, "attributes", KeyValue),
        Field(7, "dropped_attributes_count", OtlpFieldKind.UInt32),
        Field(8, "flags", OtlpFieldKind.Fixed32),
        Field(9, "trace_id", OtlpFieldKind.TraceId),
        Field(10, "span_id", OtlpFieldKind.SpanId),
        Field(12, "event_name", OtlpFieldKind.String)));

    private static OtlpMessage DefineTraces()
    {
        var spanEvent = Message(
            "Event",
            Field(1, "time_unix_nano", OtlpFieldKind.Fixed64),
            Field(2, "name", OtlpFieldKind.String),
            Repeated(3, "attributes", KeyValue),
            Field(4, "dropped_attributes_count", OtlpFieldKind.UInt32));
        var link = Message(
            "Link",
            Field(1, "trace_id", OtlpFieldKind.TraceId),
            Field(2, "span_id", OtlpFieldKind.SpanId),
            Field(3, "trace_state", OtlpFieldKind.String),
            Repeated(4, "attributes", KeyValue),
            Field(5, "dropped_attributes_count", OtlpFieldKind.UInt32),
            Field(6, "flags", OtlpFieldKind.Fixed32));
        var status = Message("Status", Field(2, "message", OtlpFieldKind.String), Field(3, "code", StatusCode));
        return Request("Trace", "spans", "spans", Message(
            "Span",
            Field(1, "trace_id", OtlpFieldKind.TraceId),
            Field(2, "span_id", OtlpFieldKind.SpanId),
            Field(3, "trace_state", OtlpFieldKind.String),
            Field(4, "parent_span_id", OtlpFieldKind.SpanId),
            Field(16, "flags", OtlpFieldKind.Fixed32),
            Field(5, "name", OtlpFieldKind.String),
            Field(6, "kind", SpanKind),
            Field(7, "start_time_unix_nano", OtlpFieldKind.Fixed64),
            Field(8, "end_time_unix_nano", OtlpFieldKind.Fixed64),
            Repeated(9, "attributes", KeyValue),
            Field(10, "dropped_attributes_count", OtlpFieldKind.UInt32),
            Repeated(11, "events", spanEvent),
            Field(12, "dropped_events_count", OtlpFieldKind.UInt32),
            Repeated(13, "links", link),
            Field(14, "dropped_links_count", OtlpFieldKind.UInt32),
            Field(15, "status", status)));
    }

    private static OtlpMessage DefineMetrics()
    {
        var number = Message("NumberDataPoint", [
            Repeated(7, "attributes", KeyValue),
            .. Times(),
            Oneof(4, "as_double", OtlpFieldKind.Double),
            Oneof(6, "as_int", OtlpFieldKind.SFixed64),
            Repeated(5, "exemplars", Exemplar),
            Field(8, "flags", OtlpFieldKind.UInt32)]);
        var histogram = Message("HistogramDataPoint", [
            Repeated(9, "attributes", KeyValue),
            .. Times(),
            Field(4, "count", OtlpFieldKind.Fixed64),
            Optional(5, "sum"),
            Repeated(6, "bucket_counts", OtlpFieldKind.Fixed64),
            Repeated(7, "explicit_bounds", OtlpFieldKind.Double),
            Repeated(8, "exemplars", Exemplar),
            Field(10, "flags", OtlpFieldKind.UInt32),
            Optional(11, "min"),
            Optional(12, "max")]);
        var buckets = Message("Buckets", Field(1, "offset", OtlpFieldKind.SInt32), Repeated(2, "bucket_counts", OtlpFieldKind.UInt64));
        var exponential = Message(
            "ExponentialHistogramDataPoint",
            Repeated(1, "attributes", KeyValue),
            Field(2, "start_time_unix_nano", OtlpFieldKind.Fixed64),
            Field(3, "time_unix_nano", OtlpFieldKind.Fixed64),
            Field(4, "count", OtlpFieldKind.Fixed64),
            Optional(5, "sum"),
            Field(6, "scale", OtlpFieldKind.SInt32),
            Field(7, "zero_count", OtlpFieldKind.Fixed64),
            Field(8, "positive", buckets),
            Field(9, "negative", buckets),
            Field(10, "flags", OtlpFieldKind.UInt32),
            Repeated(11, "exemplars", Exemplar),
            Optional(12, "min"),
            Optional(13, "max"),
            Field(14, "zero_threshold", OtlpFieldKind.Double));
        var quantile = Message("ValueAtQuantile", Field(1, "quantile", OtlpFieldKind.Double), Field(2, "value", OtlpFieldKind.Double));
        var summary = Message("SummaryDataPoint", [
            Repeated(7, "attributes", KeyValue),
            .. Times(),
            Field(4, "count", OtlpFieldKind.Fixed64),
            Field(5, "sum", OtlpFieldKind.Double),
            Repeated(6, "quantile_values", quantile),
            Field(8, "flags", OtlpFieldKind.UInt32)]);
        return Request("Metrics", "metrics", "metrics", Message(
            "Metric",
            Field(1, "name", OtlpFieldKind.String),
            Field(2, "description", OtlpFieldKind.String),
            Field(3, "unit", OtlpFieldKind.String),
            Oneof(5, "gauge", Message("Gauge", Repeated(1, "data_points", number))),
            Oneof(7, "sum", Message(
                "Sum", Repeated(1, "data_points", number), Field(2, "aggregation_temporality", Temporality), Field(3, "is_monotonic", OtlpFieldKind.Bool))),
            Oneof(9, "histogram", Message("Histogram", Repeated(1, "data_points", histogram), Field(2, "aggregation_temporality", Temporality))),
            Oneof(10, "exponential_histogram", Message(
                "ExponentialHistogram", Repeated(1, "data_points", exponential), Field(2, "aggregation_temporality", Temporality))),
            Oneof(11, "summary", Message("Summary", Repeated(1, "data_points", summary))),
            Repeated(12, "metadata", KeyValue)));
    }

    private static OtlpField[] Times() => [Field(2, "start_time_unix_nano", OtlpFieldKind.Fixed64), Field(3, "time_unix_nano", OtlpFieldKind.Fixed64)];

    /// <summary>The three levels around records, which have one shape in all signals (<see cref="OtlpContainer"/>).</summary>
    private static OtlpMessage Request(string service, string containers, string records, OtlpMessage record)
    {
        var scope = Message(
            "Scope" + char.ToUpperInvariant(containers[0]) + containers[1..],
            Field(OtlpContainer.Own, "scope", Scope),
            Repeated(OtlpContainer.Children, records, record),
            Field(OtlpContainer.SchemaUrl, "schema_url", OtlpFieldKind.String));
        var resource = Message(
            "Resource" + char.ToUpperInvariant(containers[0]) + containers[1..],
            Field(OtlpContainer.Own, "resource", Resource),
            Repeated(OtlpContainer.Children, "scope_" + containers, scope),
            Field(OtlpContainer.SchemaUrl, "schema_url", OtlpFieldKind.String));
        return Message("Export" + service + "ServiceRequest", Repeated(OtlpContainer.RequestResources, "resource_" + containers, resource));
    }

    private static OtlpMessage Message(string name, params OtlpField[] fields)
    {
        var message = new OtlpMessage(name);
        message.Define(fields);
        return message;
    }

    private static OtlpField Field(int number, string name, OtlpFieldKind kind) => new(number, name, kind);

    private static OtlpField Field(int number, string name, OtlpEnum values) => new(number, name, OtlpFieldKind.Enum) { Enum = values };

    private static OtlpField Field(int number, string name, OtlpMessage message) =>
        new(number, name, OtlpFieldKind.Message) { Message = message, HasPresence = true };

    private static OtlpField Optional(int number, string name) => new(number, name, OtlpFieldKind.Double) { HasPresence = true };

    private static OtlpField Oneof(int number, string name, OtlpFieldKind kind) => new(number, name, kind) { InOneof = true, HasPresence = true };

    private static OtlpField Oneof(int number, string name, OtlpMessage message) =>
        new(number, name, OtlpFieldKind.Message) { Message = message, InOneof = true, HasPresence = true };

    private static OtlpField Repeated(int number, string name, OtlpFieldKind kind) => new(number, name, kind) { Repeated = true };

    private static OtlpField Repeated(int number, string name, OtlpMessage message) =>
        new(number, name, OtlpFieldKind.Message) { Message = message, Repeated = true };
}
