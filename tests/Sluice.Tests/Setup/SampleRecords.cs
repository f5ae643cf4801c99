namespace Sluice.Tests.Setup;

/// <summary>Records of a small shop in OTLP-JSON, of every kind that dashboards ask for.</summary>
internal static class SampleRecords
{
    private const string Resource =
        """
        {"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},{"key":"service.version","value":{"stringValue":"1.2"}},
         {"key":"deployment.environment.name","value":{"stringValue":"prod"}},{"key":"host.name","value":{"stringValue":"web-1"}}]}
        """;

    /// <summary>A log, an error with a trace, and an event.</summary>
    public const string Logs =
        $$$$$$$"""
        {"resourceLogs":[{"resource":{{{{{{{Resource}}}}}}},"scopeLogs":[{"scope":{"name":"cart","version":"2"},"logRecords":[
          {"timeUnixNano":"1770000000000000001","severityNumber":9,"severityText":"INFO","body":{"stringValue":"cart opened"}},
          {"timeUnixNano":"1770000000000000003","observedTimeUnixNano":"1770000000000000009","severityNumber":17,"severityText":"ERROR","body":{"stringValue":"payment failed"},
           "traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",
           "attributes":[{"key":"http.request.method","value":{"stringValue":"POST"}},{"key":"http.response.status_code","value":{"intValue":"502"}},
            {"key":"retry","value":{"kvlistValue":{"values":[{"key":"count","value":{"intValue":"2"}}]}}}]},
          {"timeUnixNano":"1770000000000000002","eventName":"order.placed","severityNumber":9,"severityText":"INFO",
           "traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331",
           "body":{"kvlistValue":{"values":[{"key":"order","value":{"intValue":"7"}}]}},"attributes":[{"key":"order.id","value":{"intValue":"7"}}]}]}]}]}
        """;

    /// <summary>A request, and a call in it that failed, with an event and a link.</summary>
    public const string Traces =
        $$$$$$$"""
        {"resourceSpans":[{"resource":{{{{{{{Resource}}}}}}},"scopeSpans":[{"scope":{"name":"cart"},"spans":[
          {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"POST /cart","kind":2,
           "startTimeUnixNano":"1770000000000000000","endTimeUnixNano":"1770000000250000000","status":{"code":1},
           "attributes":[{"key":"http.route","value":{"stringValue":"/cart"}}]},
          {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"00f067aa0ba902b7","parentSpanId":"b7ad6b7169203331","name":"charge","kind":3,
           "startTimeUnixNano":"1770000000100000000","endTimeUnixNano":"1770000000200000000","status":{"code":2,"message":"declined"},
           "events":[{"timeUnixNano":"1770000000150000000","name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"Declined"}}]}],
           "links":[{"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b8","attributes":[{"key":"why","value":{"stringValue":"retry"}}]}]}]}]}]}
        """;
}
