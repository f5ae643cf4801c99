using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry.Encoders.CloudEvents;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing;

namespace Sluice.Telemetry.Tests.Encoders.CloudEvents;

public sealed class CloudEventDecoderTests : IDisposable
{
    private const ulong Observed = 1_800_000_000_000_000_000;
    private const string Minimal = "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/a\",\"type\":\"t\"";

    private readonly Indexing _indexing = new();
    private readonly PooledBufferWriter _output;
    private readonly CloudEventDecoder _decoder;
    private readonly CloudEventsEncoder _encoder;

    public CloudEventDecoderTests()
    {
        _output = new PooledBufferWriter(_indexing.Pool.Buffers, "CloudEvents test");
        _decoder = new CloudEventDecoder(_indexing.Pool.Buffers);
        _encoder = new CloudEventsEncoder(_indexing.Pool.Buffers);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        _output.Dispose();
        _indexing.Dispose();
    }

    [Fact]
    public void An_event_becomes_a_record_by_the_semantic_conventions()
    {
        var record = Decode(
            """
            {"specversion":"1.0","id":"A234","source":"/shop","type":"com.example.paid","subject":"o\u002f1","time":"2023-11-14T23:13:20.5+01:00",
            "datacontenttype":"application/json","dataschema":"https://example.com/s","attempt":-2,"final":true,"tenant":"blue","unset":null,
            "traceparent":"00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01","severitynumber":13,"severitytext":"WARN","data":{"a":[1,1.5,null]}}
            """);

        Assert.Equal("com.example.paid", record.EventName);
        Assert.Equal(1_700_000_000_500_000_000UL, record.TimeUnixNano);
        Assert.Equal(Observed, record.ObservedTimeUnixNano);
        Assert.Equal((SeverityNumber.Warn, "WARN"), (record.SeverityNumber, record.SeverityText));
        Assert.Equal("5b8efff798038103d269b633813fc60c", Convert.ToHexStringLower(record.TraceId.Span));
        Assert.Equal("eee19b7ec3c1b174", Convert.ToHexStringLower(record.SpanId.Span));
        Assert.Equal(1U, record.Flags);
        Assert.Equal("""{"a":[1,1.5,null]}""", EnvelopeModel.Value(record.Body)!.ToJsonString());
        Assert.Equal(
            [
                "cloudevents.event_id=A234", "cloudevents.event_source=/shop", "cloudevents.event_spec_version=1.0", "cloudevents.event_type=com.example.paid",
                "cloudevents.event_subject=o/1", "cloudevents.event_data_content_type=application/json", "cloudevents.event_data_schema=https://example.com/s",
                "cloudevents.event_time=2023-11-14T23:13:20.5+01:00", "cloudevents.extension.attempt=-2", "cloudevents.extension.final=true",
                "cloudevents.extension.tenant=blue", "cloudevents.extension.severitynumber=13", "cloudevents.extension.severitytext=WARN",
            ],
            record.Attributes.Select(attribute => $"{attribute.Key}={EnvelopeModel.Value(attribute.Value)}"));
    }

    /// <summary>Each is an event of the JSON format, and comes back with the same members.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(",\"time\":\"2023-11-14T22:13:20Z\"")]
    [InlineData(",\"time\":\"2023-11-14T22:13:20.1Z\"")]
    [InlineData(",\"time\":\"1066-10-14T09:00:00Z\"")]
    [InlineData(",\"time\":\"9999-12-31T23:59:60.1234567890123-00:00\"")]
    [InlineData(",\"data\":null")]
    [InlineData(",\"data\":{}")]
    [InlineData(",\"data\":\"\"")]
    [InlineData(",\"data\":[{\"a\":{\"b\":[]}},-0.5,1e3,true,9223372036854775807]")]
    [InlineData(",\"data\":{\"big\":[123456789012345678901234567890,1]}")]
    [InlineData(",\"data\":-1e999")]
    [InlineData(",\"data\":\"{\\\"a\\\":1}\"")]
    [InlineData(",\"datacontenttype\":\"application/vnd.x+json;a=b\",\"data\":\"text\"")]
    [InlineData(",\"datacontenttype\":\"text/plain\",\"data\":\"a \\\"line\\\"\\n\"")]
    [InlineData(",\"datacontenttype\":\"text/plain\",\"data\":\"\"")]
    [InlineData(",\"datacontenttype\":\"image/png\",\"data_base64\":\"AAEC/w==\"")]
    [InlineData(",\"data_base64\":\"\"")]
    [InlineData(",\"datacontenttype\":\"application/json\",\"data_base64\":\"e30=\"")]
    [InlineData(",\"traceparent\":\"00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-00\",\"tracestate\":\"a=b\"")]
    [InlineData(",\"traceparent\":\"cc-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01-more\"")]
    [InlineData(",\"traceparent\":\"nonsense\"")]
    [InlineData(",\"a\":\"\",\"b\":2147483647,\"c\":-2147483648,\"d\":false,\"subject\":\"€ \\ud83d\\ude00 \\\\\"")]
    public void What_is_read_is_written_again(string members)
    {
        var json = $"{{{Minimal}{members}}}";

        var actual = RoundTrip(json);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), actual), $"expected {json}\nactual   {actual.ToJsonString()}");
    }

    [Theory]
    [InlineData("[]", "", "object")]
    [InlineData("\"text\"", "", "object")]
    [InlineData("{}", "specversion", "missing")]
    [InlineData("{\"specversion\":\"1.0\"}", "id", "missing")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":null}", "source", "missing")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\"}", "type", "missing")]
    [InlineData("{\"specversion\":\"0.3\"}", "specversion", "\"1.0\"")]
    [InlineData("{\"specversion\":1.0}", "specversion", "string")]
    [InlineData("{\"id\":\"\"}", "id", "empty")]
    [InlineData("{\"id\":7}", "id", "string")]
    [InlineData("{\"id\":\"a\\u0007\"}", "id", "control character")]
    [InlineData("{\"source\":\"a b\"}", "source", "URI-reference")]
    [InlineData("{\"source\":\"1a:b\"}", "source", "URI-reference")]
    [InlineData("{\"source\":\"%4\"}", "source", "URI-reference")]
    [InlineData("{\"source\":\"a#b#c\"}", "source", "URI-reference")]
    [InlineData("{\"type\":false}", "type", "string")]
    [InlineData("{\"subject\":\"\"}", "subject", "empty")]
    [InlineData("{\"time\":\"2023-02-29T00:00:00Z\"}", "time", "RFC 3339")]
    [InlineData("{\"time\":\"2023-02-28\"}", "time", "RFC 3339")]
    [InlineData("{\"time\":1677542400}", "time", "string")]
    [InlineData("{\"datacontenttype\":\"json\"}", "datacontenttype", "media type")]
    [InlineData("{\"dataschema\":\"/relative\"}", "dataschema", "scheme")]
    [InlineData("{\"tenantId\":\"a\"}", "tenantId", "lower-case")]
    [InlineData("{\"tenant_id\":null}", "tenant_id", "lower-case")]
    [InlineData("{\"tenant\":{}}", "tenant", "structures")]
    [InlineData("{\"tenant\":1.5}", "tenant", "32 bits")]
    [InlineData("{\"tenant\":1.0}", "tenant", "32 bits")]
    [InlineData("{\"tenant\":2147483648}", "tenant", "32 bits")]
    [InlineData("{\"a\":1,\"\\u0061\":2}", "a", "twice")]
    [InlineData("{\"data\":1,\"data\":2}", "data", "twice")]
    [InlineData("{\"data\":1,\"data_base64\":\"AA==\"}", "data_base64", "twice")]
    [InlineData("{\"data_base64\":\"AA==\",\"data\":1}", "data", "twice")]
    [InlineData("{\"data_base64\":\"A\"}", "data_base64", "base64")]
    [InlineData("{\"data_base64\":[]}", "data_base64", "string")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\",\"datacontenttype\":\"text/xml\",\"data\":{}}", "data", "has to be a string")]
    public void What_is_no_event_is_refused_with_the_attribute(string json, string attribute, string problem)
    {
        var error = _decoder.ReadJson(Encoding.UTF8.GetBytes(json));

        Assert.NotNull(error);
        Assert.Equal(attribute, error.Attribute);
        Assert.Contains(problem, error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void More_attributes_than_any_event_needs_are_refused()
    {
        var members = string.Concat(Enumerable.Range(0, CloudEventDecoder.MaxAttributes).Select(i => $",\"a{i}\":{i}"));
        var error = _decoder.ReadJson(Encoding.UTF8.GetBytes($"{{{Minimal}{members}}}"));
        Assert.Contains("too many", error?.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀")]
    [InlineData("\"a \\\"quoted\\\" \\\\ %e2%82%ac\"", "a \"quoted\" \\ €")]
    [InlineData("100% \\ of", "100% \\ of")]
    [InlineData("€😀", "€😀")]
    [InlineData("%2541", "%41")]
    public void A_header_is_decoded_once(string header, string text)
    {
        _decoder.Begin();
        Assert.Null(_decoder.ReadHeader("Subject", header));
        Assert.Equal(text, Value(FinishBinary(null, []), "cloudevents.event_subject"));
    }

    [Theory]
    [InlineData("subject", "%C0%A0", "UTF-8")]
    [InlineData("subject", "%07", "control character")]
    [InlineData("subject", "", "empty")]
    [InlineData("tenant-id", "a", "lower-case")]
    [InlineData("datacontenttype", "text/plain", "Content-Type")]
    [InlineData("data", "a", "name of the data")]
    public void A_header_that_is_no_attribute_is_refused(string name, string value, string problem)
    {
        _decoder.Begin();
        var error = _decoder.ReadHeader(name, value);
        Assert.Equal(name, error?.Attribute);
        Assert.Contains(problem, error!.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("application/json", "\"a\"", "\"a\"")]
    [InlineData("application/json", "null", "null")]
    [InlineData("application/json; charset=utf-16", "{\"a\":1}", "bytes")]
    [InlineData("text/plain", "a €", "\"a €\"")]
    [InlineData("application/atom+xml; charset=UTF-8", "<a/>", "\"<a/>\"")]
    [InlineData("text/plain; charset=iso-8859-1", "a", "bytes")]
    [InlineData("image/png", "a", "bytes")]
    [InlineData(null, "a", "bytes")]
    public void The_body_is_what_its_content_type_says(string? type, string data, string expected)
    {
        _decoder.Begin();
        var body = FinishBinary(type, Encoding.UTF8.GetBytes(data)).Body;
        var isBytes = body.ValueCase == OpenTelemetry.Proto.Common.V1.AnyValue.ValueOneofCase.BytesValue;
        Assert.Equal(expected, isBytes ? "bytes" : EnvelopeModel.Value(body)?.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) ?? "null");
    }

    [Fact]
    public void Json_that_is_none_is_refused_with_its_place()
    {
        _decoder.Begin();
        var error = _decoder.ReadData("application/json", "{\"a\":[1,}"u8);
        Assert.Equal("specversion", error?.Attribute);

        ReadRequired();
        error = _decoder.ReadData("application/json", "{\"a\":[1,}"u8);
        Assert.Equal("data", error?.Attribute);
        Assert.Contains("a[", error!.Problem, StringComparison.Ordinal);
    }

    /// <summary>Any record becomes an event, and what becomes of that event says the same again.</summary>
    [Theory]
    [MemberData(nameof(Indexing.Signals), MemberType = typeof(Indexing))]
    public void The_event_of_any_record_comes_back_the_same(Signal signal)
    {
        for (var seed = 0; seed < 100; seed++)
        {
            using var batch = _indexing.Accept(signal, new Sluice.Testing.Otlp.OtlpGenerator(seed).Request(signal));
            _encoder.BeginBatch(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                _output.Clear();
                _encoder.BeginBatch(batch);
                _encoder.Encode(i, new RecordId(1, (ulong)i), _output);
                var json = Encoding.UTF8.GetString(_output.WrittenSpan);
                var actual = RoundTrip(json);
                Assert.True(JsonNode.DeepEquals(JsonNode.Parse(json), actual), $"seed {seed}\nexpected {json}\nactual   {actual.ToJsonString()}");
            }
        }
    }

    [Fact]
    public void Any_text_in_any_member_is_refused_or_comes_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<NonNull<string>>(), (subject, data) =>
        {
            var json = new JsonObject { ["specversion"] = "1.0", ["id"] = "1", ["source"] = "/a", ["type"] = "t", ["subject"] = subject.Get, ["data"] = data.Get }.ToJsonString();
            if (_decoder.ReadJson(Encoding.UTF8.GetBytes(json)) is { } error)
            {
                return error.Attribute == "subject" && CloudEventRules.Violations(JsonNode.Parse(json)!.AsObject()).Count > 0;
            }

            return JsonNode.DeepEquals(JsonNode.Parse(json), RoundTrip(json));
        }).Check();

    [Fact]
    public void Reading_allocates_nothing_in_steady_state()
    {
        var json = Encoding.UTF8.GetBytes(
            $"{{{Minimal},\"subject\":\"a\",\"time\":\"2023-11-14T22:13:20Z\",\"n\":5,\"b\":true,\"traceparent\":\"00-5b8efff798038103d269b633813fc60c-eee19b7ec3c1b174-01\",\"data\":{{\"a\":[1,\"b\"]}}}}");
        var builder = new OtlpRequestBuilder(_output);
        Assert.Equal(0, Allocations.Least(() =>
        {
            _output.Clear();
            builder.BeginResource();
            builder.BeginScope();
            var error = _decoder.ReadJson(json);
            _decoder.Write(builder, json, Observed, null);
            builder.Finish();
            Assert.Null(error);
        }));
    }

    private static string? Value(LogRecord record, string key) => record.Attributes.FirstOrDefault(attribute => attribute.Key == key)?.Value.StringValue;

    private void ReadRequired()
    {
        _decoder.Begin();
        Assert.Null(_decoder.ReadHeader("specversion", "1.0"));
        Assert.Null(_decoder.ReadHeader("Id", "1"));
        Assert.Null(_decoder.ReadHeader("SOURCE", "/a"));
        Assert.Null(_decoder.ReadHeader("type", "t"));
    }

    private LogRecord FinishBinary(string? contentType, byte[] data)
    {
        foreach (var (name, value) in new[] { ("specversion", "1.0"), ("id", "1"), ("source", "/a"), ("type", "t") })
        {
            Assert.Null(_decoder.ReadHeader(name, value));
        }

        Assert.Null(_decoder.ReadData(contentType, data));
        return Write(data);
    }

    private LogRecord Decode(string json)
    {
        var bytes = Encoding.UTF8.GetBytes(json);
        Assert.Null(JsonText.FindFault(bytes, isLines: false));
        var error = _decoder.ReadJson(bytes);
        Assert.True(error is null, $"{error}");
        return Write(bytes);
    }

    private LogRecord Write(byte[] bytes)
    {
        _output.Clear();
        var builder = new OtlpRequestBuilder(_output);
        builder.BeginResource();
        builder.BeginScope();
        _decoder.Write(builder, bytes, Observed, null);
        builder.Finish();
        return ExportLogsServiceRequest.Parser.ParseFrom(_output.WrittenSpan).ResourceLogs[0].ScopeLogs[0].LogRecords[0];
    }

    private JsonObject RoundTrip(string json)
    {
        Decode(json);
        using var batch = _indexing.Index(Signal.Logs, _output.WrittenSpan).Batch!;
        Assert.Equal(1, batch.Count);
        _output.Clear();
        _encoder.BeginBatch(batch);
        _encoder.Encode(0, new RecordId(7, 7), _output);
        return JsonNode.Parse(_output.WrittenSpan)!.AsObject();
    }
}
