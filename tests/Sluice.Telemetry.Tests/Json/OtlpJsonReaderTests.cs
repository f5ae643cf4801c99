using System.Text;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Json;

public sealed class OtlpJsonReaderTests : IDisposable
{
    private readonly Transcoding _json = new();

    public static TheoryData<Signal> Signals => Transcoding.Signals;

    public void Dispose() => _json.Dispose();

    [Theory]
    [InlineData("""{}""", """{}""")]
    [InlineData("""{"timeUnixNano":"18446744073709551615"}""", """{"timeUnixNano":"18446744073709551615"}""")]
    [InlineData("""{"timeUnixNano":1700000000000000000}""", """{"timeUnixNano":"1700000000000000000"}""")]
    [InlineData("""{"timeUnixNano":1.7e18}""", """{"timeUnixNano":"1700000000000000000"}""")]
    [InlineData("""{"timeUnixNano":"1.0"}""", """{"timeUnixNano":"1"}""")]
    [InlineData("""{"time_unix_nano":"5","severity_text":"x"}""", """{"timeUnixNano":"5","severityText":"x"}""")]
    [InlineData("""{"timeUnixNano":"\u0035"}""", """{"timeUnixNano":"5"}""")]
    [InlineData("""{"time\u0055nixNano":"5"}""", """{"timeUnixNano":"5"}""")]
    [InlineData("""{"timeUnixNano":null,"body":null,"attributes":null,"traceId":null}""", """{}""")]
    [InlineData("""{"timeUnixNano":0,"severityText":"","traceId":"","attributes":[],"flags":0}""", """{}""")]
    [InlineData("""{"severityNumber":9}""", """{"severityNumber":"SEVERITY_NUMBER_INFO"}""")]
    [InlineData("""{"severityNumber":"SEVERITY_NUMBER_FATAL4"}""", """{"severityNumber":"SEVERITY_NUMBER_FATAL4"}""")]
    [InlineData("""{"severityNumber":-5}""", """{"severityNumber":-5}""")]
    [InlineData("""{"flags":"4294967295"}""", """{"flags":4294967295}""")]
    [InlineData("""{"traceId":"5B8EFFF798038103D269B633813FC60C"}""", """{"traceId":"W47/95gDgQPSabYzgT/GDA=="}""")]
    [InlineData("""{"spanId":"eee19b7ec3c1b174"}""", """{"spanId":"7uGbfsPBsXQ="}""")]
    [InlineData("""{"body":{}}""", """{"body":{}}""")]
    [InlineData("""{"body":{"stringValue":""}}""", """{"body":{"stringValue":""}}""")]
    [InlineData("""{"body":{"stringValue":"\ud83d\ude80\n\"\\\/"}}""", """{"body":{"stringValue":"🚀\n\"\\/"}}""")]
    [InlineData("""{"body":{"stringValue":null,"intValue":"-1"}}""", """{"body":{"intValue":"-1"}}""")]
    [InlineData("""{"body":{"intValue":-9223372036854775808}}""", """{"body":{"intValue":"-9223372036854775808"}}""")]
    [InlineData("""{"body":{"intValue":0}}""", """{"body":{"intValue":"0"}}""")]
    [InlineData("""{"body":{"boolValue":false}}""", """{"body":{"boolValue":false}}""")]
    [InlineData("""{"body":{"doubleValue":"-Infinity"}}""", """{"body":{"doubleValue":"-Infinity"}}""")]
    [InlineData("""{"body":{"doubleValue":"NaN"}}""", """{"body":{"doubleValue":"NaN"}}""")]
    [InlineData("""{"body":{"doubleValue":"1.5e3"}}""", """{"body":{"doubleValue":1500}}""")]
    [InlineData("""{"body":{"doubleValue":-0.0}}""", """{"body":{"doubleValue":-0.0}}""")]
    [InlineData("""{"body":{"bytesValue":"/+8="}}""", """{"body":{"bytesValue":"/+8="}}""")]
    [InlineData("""{"body":{"bytesValue":"_-8"}}""", """{"body":{"bytesValue":"/+8="}}""")]
    [InlineData("""{"body":{"bytesValue":"\/+8="}}""", """{"body":{"bytesValue":"/+8="}}""")]
    [InlineData("""{"body":{"bytesValue":""}}""", """{"body":{"bytesValue":""}}""")]
    [InlineData("""{"body":{"arrayValue":{}}}""", """{"body":{"arrayValue":{}}}""")]
    [InlineData("""{"body":{"arrayValue":{"values":[{},{"intValue":1}]}}}""", """{"body":{"arrayValue":{"values":[{},{"intValue":"1"}]}}}""")]
    [InlineData("""{"body":{"kvlistValue":{"values":[{"key":"a"}]}}}""", """{"body":{"kvlistValue":{"values":[{"key":"a"}]}}}""")]
    [InlineData("""{"unknown":{"deep":[1,{"x":null}]},"flags":1,"also":"x"}""", """{"flags":1}""")]
    [InlineData(""" { "flags" : 1 } """, """{"flags":1}""")]
    public void Log_records_are_read(string record, string expectedProtoJson)
    {
        var expected = JsonParser.Default.Parse<LogRecord>(expectedProtoJson);
        var request = (ExportLogsServiceRequest)_json.Accept(Signal.Logs, Utf8($$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{{record}}]}]}]}"""));

        Assert.Equal(expected, request.ResourceLogs[0].ScopeLogs[0].LogRecords[0]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(15)]
    [InlineData(17)]
    [InlineData(200)]
    public void Ids_of_any_length_pass_as_they_are_so_that_the_indexer_refuses_one_record_only(int length)
    {
        var id = Enumerable.Range(0, length).Select(i => (byte)(i + 1)).ToArray();
        var hex = Convert.ToHexString(id);

        var request = (ExportTraceServiceRequest)_json.Accept(Signal.Traces, Utf8(
            $$"""{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"{{hex}}","parentSpanId":"{{hex}}","links":[{"spanId":"{{hex}}"}]}]}]}]}"""));

        var span = request.ResourceSpans[0].ScopeSpans[0].Spans[0];
        Assert.Equal(id, span.TraceId);
        Assert.Equal(id, span.ParentSpanId);
        Assert.Equal(id, span.Links[0].SpanId);
    }

    [Fact]
    public void Lists_of_numbers_are_packed_and_empty_ones_left_out()
    {
        var point = ((ExportMetricsServiceRequest)_json.Accept(Signal.Metrics, Utf8(
            """
            {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"exponentialHistogram":{"dataPoints":[{
              "sum":0,"scale":-3,"positive":{"offset":-1,"bucketCounts":["0",300,"18446744073709551615"]},"negative":{"bucketCounts":[]}}]}}]}]}]}
            """))).ResourceMetrics[0].ScopeMetrics[0].Metrics[0].ExponentialHistogram.DataPoints[0];

        Assert.Equal([0, 300, ulong.MaxValue], point.Positive.BucketCounts);
        Assert.Equal(-1, point.Positive.Offset);
        Assert.Equal(-3, point.Scale);
        Assert.True(point.HasSum);
        Assert.False(point.HasMin);
        Assert.Equal(0, point.Negative.CalculateSize());
    }

    [Theory]
    [InlineData("", "the request: not valid JSON: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true (at byte 0)")]
    [InlineData("[]", "the request: expected an object, found an array (at byte 0)")]
    [InlineData("{} x", "the request: not valid JSON: 'x' is invalid after a single JSON value. Expected end of data (at byte 3)")]
    [InlineData("""{"resourceLogs":{}}""", "resourceLogs: expected an array, found an object (at byte 16)")]
    [InlineData("""{"resourceLogs":[null]}""", "resourceLogs[0]: expected an object, found null (at byte 17)")]
    [InlineData("""{"resourceLogs":[{},1]}""", "resourceLogs[1]: expected an object, found 1 (at byte 20)")]
    [InlineData("""{"resourceLogs":[],"resource_logs":[]}""", "resource_logs: given twice (at byte 19)")]
    [InlineData("{\n\n\"resourceLogs\":\n[tru]}", "resourceLogs: not valid JSON: 'tru]}' is an invalid JSON literal. Expected the literal 'true' (at byte 23)")]
    public void Wrong_requests_are_refused(string json, string error) => Assert.Equal(error, _json.Refuse(Signal.Logs, Utf8(json)).ToString());

    [Theory]
    [InlineData("""{"timeUnixNano":"abc"}""", "timeUnixNano: expected an unsigned 64-bit integer, found \"abc\"")]
    [InlineData("""{"timeUnixNano":-1}""", "timeUnixNano: expected an unsigned 64-bit integer, found -1")]
    [InlineData("""{"timeUnixNano":""}""", "timeUnixNano: expected an unsigned 64-bit integer, found \"\"")]
    [InlineData("""{"timeUnixNano":" 1"}""", "timeUnixNano: expected an unsigned 64-bit integer, found \" 1\"")]
    [InlineData("""{"timeUnixNano":1.5}""", "timeUnixNano: expected an unsigned 64-bit integer, found 1.5")]
    [InlineData("""{"timeUnixNano":18446744073709551616}""", "timeUnixNano: expected an unsigned 64-bit integer, found 18446744073709551616")]
    [InlineData("""{"timeUnixNano":true}""", "timeUnixNano: expected an unsigned 64-bit integer, found true")]
    [InlineData("""{"flags":4294967296}""", "flags: expected an unsigned 32-bit integer, found 4294967296")]
    [InlineData("""{"severityText":5}""", "severityText: expected a string, found 5")]
    [InlineData("""{"severityText":"\ud800"}""", "severityText: text that is not Unicode: an escape is half of a surrogate pair, or a byte is not UTF-8")]
    [InlineData("""{"severityNumber":"INFO"}""", "severityNumber: expected a SeverityNumber, as a number or a name, found \"INFO\"")]
    [InlineData("""{"severityNumber":2147483648}""", "severityNumber: expected a SeverityNumber, as a number or a name, found 2147483648")]
    [InlineData("""{"traceId":"W47/95gDgQPSabYzgT/GDA=="}""", "traceId: expected 32 hexadecimal digits, found \"W47/95gDgQPSabYzgT/GDA==\"")]
    [InlineData("""{"traceId":"5B8EFFF798038103D269B633813FC60G"}""", "traceId: expected 32 hexadecimal digits, found \"5B8EFFF798038103D269B633813FC60G\"")]
    [InlineData("""{"traceId":"5B8"}""", "traceId: expected 32 hexadecimal digits, found \"5B8\"")]
    [InlineData("""{"spanId":"EEE19B7EC3C1B1 4"}""", "spanId: expected 16 hexadecimal digits, found \"EEE19B7EC3C1B1 4\"")]
    [InlineData("""{"spanId":[]}""", "spanId: expected 16 hexadecimal digits, found an array")]
    [InlineData("""{"body":"text"}""", "body: expected an object, found \"text\"")]
    [InlineData("""{"body":{"intValue":9223372036854775808}}""", "body.intValue: expected a signed 64-bit integer, found 9223372036854775808")]
    [InlineData("""{"body":{"boolValue":"true"}}""", "body.boolValue: expected true or false, found \"true\"")]
    [InlineData("""{"body":{"doubleValue":"nan"}}""", "body.doubleValue: expected a double, found \"nan\"")]
    [InlineData("""{"body":{"doubleValue":1e999}}""", "body.doubleValue: expected a double, found 1e999")]
    [InlineData("""{"body":{"bytesValue":"a"}}""", "body.bytesValue: expected a base64 string, found \"a\"")]
    [InlineData("""{"body":{"bytesValue":"a=bc"}}""", "body.bytesValue: expected a base64 string, found \"a=bc\"")]
    [InlineData("""{"body":{"bytesValue":"===="}}""", "body.bytesValue: expected a base64 string, found \"====\"")]
    [InlineData("""{"body":{"bytesValue":"ab c"}}""", "body.bytesValue: expected a base64 string, found \"ab c\"")]
    [InlineData("""{"body":{"stringValue":"a","intValue":1}}""", "body.intValue: a second value of one AnyValue, which has one at most")]
    [InlineData("""{"body":{"arrayValue":{"values":[null]}}}""", "body.arrayValue.values[0]: expected an object, found null")]
    [InlineData("""{"attributes":[{"key":"a"},{"key":"b","value":{"intValue":"x"}}]}""", "attributes[1].value.intValue: expected a signed 64-bit integer, found \"x\"")]
    [InlineData("""{"flags":1,"flags":1}""", "flags: given twice")]
    [InlineData("""{"unknown":[1,{"a":}]}""", "unknown[1].a: not valid JSON: '}' is an invalid start of a value")]
    [InlineData("""{"severityText":"0123456789012345678901234567890123456789tail","flags":"x"}""", "flags: expected an unsigned 32-bit integer, found \"x\"")]
    [InlineData("""{"flags":"0123456789012345678901234567890123456789tail"}""", "flags: expected an unsigned 32-bit integer, found \"0123456789012345678901234567890123456789…\"")]
    public void Wrong_log_records_are_refused_by_place(string record, string error)
    {
        var refused = _json.Refuse(Signal.Logs, Utf8($$"""{"resourceLogs":[{"scopeLogs":[{"logRecords":[{},{{record}}]}]}]}"""));

        Assert.Equal("resourceLogs[0].scopeLogs[0].logRecords[1]." + error, $"{refused.Path}: {refused.Problem}");
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_refused()
    {
        byte[] json = [.. "{\"resourceLogs\":[{\"schemaUrl\":\""u8, 0xC3, 0x28, .. "\"}]}"u8];

        Assert.Equal("resourceLogs[0].schemaUrl: text that is not UTF-8 (at byte 30)", _json.Refuse(Signal.Logs, json).ToString());
    }

    [Fact]
    public void Values_as_deep_as_the_reader_goes_are_read_and_deeper_ones_refused()
    {
        static byte[] Nested(int levels) => Utf8(
            """{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":"""
            + string.Concat(Enumerable.Repeat("""{"arrayValue":{"values":[""", levels)) + "{}"
            + string.Concat(Enumerable.Repeat("]}}", levels)) + "}]}]}]}");

        _json.Accept(Signal.Logs, Nested(30));
        Assert.Contains("maximum configured depth of 512", _json.Refuse(Signal.Logs, Nested(10_000)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Requests_that_grow_beyond_the_limit_are_refused()
    {
        var zeros = string.Join(',', Enumerable.Repeat("0", 10_000));
        var json = Utf8($$$"""{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"histogram":{"dataPoints":[{"bucketCounts":[{{{zeros}}}]}]}}]}]}]}""");

        Assert.Null(_json.Read(Signal.Metrics, json, 81_000).Error);
        Assert.Equal("the request takes more than 20000 bytes in protobuf", _json.Read(Signal.Metrics, json, 20_000).Error?.Problem);
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Every_prefix_is_refused_with_a_place(Signal signal)
    {
        var json = Substantial(signal, 11);
        for (var length = 0; length < json.Length; length++)
        {
            Assert.StartsWith("not valid JSON", _json.Refuse(signal, json.AsSpan(0, length)).Problem, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Mutated_requests_are_read_or_refused_and_what_is_read_is_well_formed(Signal signal)
    {
        const int Mutations = 8_000;
        var accepted = 0;
        var random = new Random(3);
        var json = Array.Empty<byte>();
        for (var i = 0; i < Mutations; i++)
        {
            if (i % 400 == 0)
            {
                json = Substantial(signal, i);
            }

            // Read parses what was accepted with Google.Protobuf, which throws when it is not a message.
            accepted += _json.Read(signal, Mutate(json, random)).Message is null ? 0 : 1;
        }

        Assert.InRange(accepted, Mutations / 50, Mutations);
    }

    /// <summary>A request with something to mutate: some generated ones are empty.</summary>
    private byte[] Substantial(Signal signal, int seed)
    {
        while (true)
        {
            var json = _json.Write(signal, new OtlpGenerator(seed++, new() { Records = 3, Scopes = 2, TextLength = 10 }).Request(signal));
            if (json.Length > 500)
            {
                return json;
            }
        }
    }

    private static byte[] Mutate(byte[] json, Random random)
    {
        var copy = json.ToList();
        for (var edits = random.Next(1, 4); edits > 0; edits--)
        {
            var at = random.Next(copy.Count);
            switch (random.Next(4))
            {
                case 0:
                    copy[at] = (byte)random.Next(256);
                    break;
                case 1:
                    copy[at] = "{}[]\":,0123456789eE+-.nulltruefalse\\ "u8[random.Next(36)];
                    break;
                case 2:
                    copy.RemoveAt(at);
                    break;
                default:
                    copy.InsertRange(at, copy.GetRange(at, Math.Min(random.Next(1, 20), copy.Count - at)));
                    break;
            }
        }

        return [.. copy];
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
