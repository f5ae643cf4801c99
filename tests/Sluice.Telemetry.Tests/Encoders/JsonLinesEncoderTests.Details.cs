using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Buffers;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;
using ProtoValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Telemetry.Tests.Encoders;

/// <content>Single properties.</content>
public sealed partial class JsonLinesEncoderTests
{
    [Fact]
    public void Of_a_repeated_key_the_first_value_is_kept_at_every_level()
    {
        var inner = new KeyValueList { Values = { Pair("k", 1), Pair("k", 2), Pair("o", 3) } };
        var record = new LogRecord
        {
            Attributes = { Pair("k", 4), new KeyValue { Key = "list", Value = new ProtoValue { KvlistValue = inner } }, Pair("o", 5), Pair("k", 6), Pair("list", 7) },
        };

        Assert.Equal("""{"k":4,"list":{"k":1,"o":3},"o":5}""", EncodeOne(record)["attributes"]!.ToJsonString());
    }

    [Fact]
    public void A_hundred_thousand_keys_take_no_more_than_their_share()
    {
        var record = new LogRecord();
        for (var i = 0; i < 100_000; i++)
        {
            record.Attributes.Add(Pair("key" + (i % 50_000), i));
        }

        // A comparison of each with each would take ten seconds and more, each time.
        var (attributes, took) = (new JsonObject(), TimeSpan.MaxValue);
        for (var round = 0; took > TimeSpan.FromSeconds(5) && round < 10; round++)
        {
            var clock = Stopwatch.StartNew();
            attributes = EncodeOne(record)["attributes"]!.AsObject();
            took = clock.Elapsed;
        }

        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Equal(50_000, attributes.Count);
        Assert.Equal(49_999, attributes["key49999"]!.GetValue<int>());
    }

    [Fact]
    public void A_value_that_is_there_and_empty_is_null_and_an_absent_body_is_absent()
    {
        var record = new LogRecord
        {
            Body = new ProtoValue(),
            Attributes =
            {
                new KeyValue { Key = "none" },
                new KeyValue { Key = "", Value = new ProtoValue { ArrayValue = new ArrayValue { Values = { new ProtoValue() } } } },
                new KeyValue { Key = "list", Value = new ProtoValue { KvlistValue = new KeyValueList() } },
            },
        };
        var model = EncodeOne(record);

        Assert.False(model.ContainsKey("body"));
        Assert.Equal("""{"none":null,"":[null],"list":{}}""", model["attributes"]!.ToJsonString());
    }

    [Fact]
    public void The_context_of_one_batch_is_not_that_of_the_next_in_the_same_pooled_object()
    {
        EnvelopeBatch? former = null;
        foreach (var service in new[] { "first", "second", "third" })
        {
            using var batch = _indexing.Accept(Signal.Logs, Request(new LogRecord(), service));
            Assert.True(former is null || ReferenceEquals(former, batch), "the pool should hand out the same object");
            former = batch;
            _encoder.BeginBatch(batch);

            var model = JsonNode.Parse(Encode(0))!;
            Assert.Equal(service, model["service"]!.GetValue<string>());
            Assert.Equal(service, model["resource"]!["attributes"]!["service.name"]!.GetValue<string>());
        }
    }

    [Fact]
    public void Encoding_without_a_batch_says_what_is_missing()
    {
        using var encoder = new JsonLinesEncoder(_indexing.Pool.Buffers);

        Assert.Equal("BeginBatch comes before Encode.", Assert.Throws<InvalidOperationException>(() => encoder.Encode(0, Id, _output)).Message);
    }

    [Fact]
    public void The_sampling_threshold_of_the_trace_state_is_shown()
    {
        var span = new OpenTelemetry.Proto.Trace.V1.Span { TraceState = "a=b,ot=th:c" };
        var request = new OpenTelemetry.Proto.Collector.Trace.V1.ExportTraceServiceRequest
        {
            ResourceSpans = { new OpenTelemetry.Proto.Trace.V1.ResourceSpans { ScopeSpans = { new OpenTelemetry.Proto.Trace.V1.ScopeSpans { Spans = { span } } } } },
        };
        using var batch = _indexing.Accept(Signal.Traces, request);
        _encoder.BeginBatch(batch);
        var line = Encode(0);

        Assert.Contains("\"trace_state\":\"a=b,ot=th:c\",\"sampling\":{\"threshold\":\"c\",\"probability\":0.25}", line, StringComparison.Ordinal);
        Assert.Equal([], JsonSchema.Load("config/envelope.schema.json").Validate(JsonNode.Parse(line)));
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Encoding_allocates_nothing_in_steady_state(Signal signal)
    {
        using var buffers = new BufferPool();
        using var encoder = new JsonLinesEncoder(buffers);
        using var output = new PooledBufferWriter(buffers, "JSON Lines test");
        var request = new OtlpGenerator(12, new() { Records = 20 }).Request(signal).ToByteArray();
        var buffer = buffers.Rent(request.Length, "JSON Lines test");
        request.CopyTo(buffer.Span);
        using var batch = OtlpIndexer.Index(signal, buffer, 0, request.Length, new TelemetryPool(buffers), IndexLimits.Default).Batch!;
        Assert.True(batch.Count > 5);

        Assert.Equal(0, Allocations.Least(() =>
        {
            output.Clear();
            encoder.BeginBatch(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                encoder.Encode(i, Id.Plus(i), output);
            }
        }));
    }

    private JsonObject EncodeOne(LogRecord record)
    {
        using var batch = _indexing.Accept(Signal.Logs, Request(record, "shop"));
        _encoder.BeginBatch(batch);
        return JsonNode.Parse(Encode(0), documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false })!.AsObject();
    }

    private static KeyValue Pair(string key, long value) => new() { Key = key, Value = new ProtoValue { IntValue = value } };

    private static ExportLogsServiceRequest Request(LogRecord record, string service) => new()
    {
        ResourceLogs =
        {
            new ResourceLogs
            {
                Resource = new Resource
                {
                    Attributes = { new KeyValue { Key = "service.name", Value = new ProtoValue { StringValue = service } } },
                },
                ScopeLogs = { new ScopeLogs { LogRecords = { record } } },
            },
        },
    };
}
