using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Resource.V1;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry.Encoders.CloudEvents;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;
using ProtoValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Telemetry.Tests.Encoders.CloudEvents;

public sealed class CloudEventsEncoderTests : IDisposable
{
    private static readonly RecordId Id = new(0x0123456789abcdef, 0xfedcba9876543210);

    private readonly Indexing _indexing = new();
    private readonly PooledBufferWriter _output;
    private readonly CloudEventsEncoder _encoder;

    public CloudEventsEncoderTests()
    {
        _output = new PooledBufferWriter(_indexing.Pool.Buffers, "CloudEvents test");
        _encoder = new CloudEventsEncoder(_indexing.Pool.Buffers);
    }

    public static TheoryData<Signal> Signals => Indexing.Signals;

    public void Dispose()
    {
        _encoder.Dispose();
        _output.Dispose();
        _indexing.Dispose();
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Any_record_is_the_data_of_a_valid_event(Signal signal)
    {
        for (var seed = 0; seed < 250; seed++)
        {
            var request = new OtlpGenerator(seed, new() { UnknownFields = seed % 2 == 0 }).Request(signal);
            using var batch = _indexing.Accept(signal, request);
            var expected = EnvelopeModel.Of(OtlpGenerator.Parse(signal, batch.Payload));
            _encoder.BeginBatch(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                expected[i]["id"] = Id.ToString();
                var actual = Structured(i);
                Assert.Equal([], CloudEventRules.Violations(actual));
                Assert.True(JsonNode.DeepEquals(expected[i], actual["data"]), $"seed {seed}, record {i}");
                Assert.Equal(Id.ToString(), (string?)actual["id"]);
                Assert.Equal(TypeOf(expected[i]), (string?)actual["type"]);
                Assert.Equal("application/json", (string?)actual["datacontenttype"]);
                AssertBinaryIsTheSame(actual);
            }
        }
    }

    [Fact]
    public void The_source_is_the_service_as_a_uri_reference()
    {
        var request = new ExportLogsServiceRequest();
        foreach (var (space, service) in new[] { ("", "shop"), ("eu 1", "sh/öp"), ("eu", ""), ("", "") })
        {
            var resource = new Resource();
            Add(resource.Attributes, ("service.namespace", space), ("service.name", service));
            request.ResourceLogs.Add(new ResourceLogs { Resource = resource, ScopeLogs = { new ScopeLogs { LogRecords = { new LogRecord() } } } });
        }

        using var batch = _indexing.Accept(Signal.Logs, request);
        _encoder.BeginBatch(batch);

        Assert.Equal(
            ["/shop", "/eu%201/sh%2F%C3%B6p", "/eu/unknown_service", "/unknown_service"],
            Enumerable.Range(0, batch.Count).Select(i => (string?)Structured(i)["source"]));
    }

    [Fact]
    public void What_is_no_event_carries_its_severity_and_what_its_attributes_add()
    {
        var record = new LogRecord { SeverityNumber = SeverityNumber.Warn, SeverityText = "WARN", TimeUnixNano = 1_700_000_000_000_001_000 };
        Add(record.Attributes, ("cloudevents.extension.tenant", "blue"), ("cloudevents.event_id", "of another"));

        var actual = Structured(record);

        Assert.Equal([], CloudEventRules.Violations(actual));
        Assert.Equal(("WARN", 13), ((string?)actual["severitytext"], (int?)actual["severitynumber"]));
        Assert.Equal("blue", (string?)actual["tenant"]);
        Assert.Equal("2023-11-14T22:13:20.000001Z", (string?)actual["time"]);
        Assert.Equal("sluice.log", (string?)actual["type"]);
        Assert.Equal(Id.ToString(), (string?)actual["id"]);
    }

    [Theory]
    [InlineData("cloudevents.event_id", "")]
    [InlineData("cloudevents.event_id", "a\nb")]
    [InlineData("cloudevents.event_source", "")]
    [InlineData("cloudevents.event_source", "a\uFFFEb")]
    [InlineData("cloudevents.event_spec_version", "0.3")]
    [InlineData("cloudevents.event_type", "another")]
    public void A_record_that_is_no_valid_event_is_the_data_of_one(string key, string value)
    {
        var record = Event();
        record.Attributes.Single(attribute => attribute.Key == key).Value.StringValue = value;

        var actual = Structured(record);

        Assert.Equal([], CloudEventRules.Violations(actual));
        Assert.Equal(Id.ToString(), (string?)actual["id"]);
        Assert.Equal("event", (string?)actual["data"]!["signal"]);
    }

    /// <summary>Any text may stand in any attribute; what comes out is valid, and where the text was, the same.</summary>
    [Fact]
    public void Texts_are_kept_unless_the_specification_forbids_them() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), ArbMap.Default.ArbFor<NonNull<string>>(), (subject, extension) =>
        {
            var record = Event();
            Add(record.Attributes, ("cloudevents.event_subject", Whole(subject.Get)), ("cloudevents.extension.note", Whole(extension.Get)));
            var actual = Structured(record);
            return CloudEventRules.Violations(actual).Count == 0
                && (string?)actual["subject"] == (subject.Get.Length == 0 ? null : Allowed(subject.Get))
                && (string?)actual["note"] == Allowed(extension.Get);
        }).Check();

    [Fact]
    public void Data_that_only_says_that_it_is_json_does_not_break_the_event()
    {
        var record = Event();
        Add(record.Attributes, ("cloudevents.event_data_encoding", "json"));
        record.Body = new ProtoValue { StringValue = "{\"a\":1},\"specversion\":\"2\"" };

        Assert.Equal(record.Body.StringValue, (string?)Structured(record)["data"]);
    }

    [Fact]
    public void Data_of_another_type_is_a_string_also_when_a_processor_made_a_value_of_it()
    {
        var record = Event();
        Add(record.Attributes, ("cloudevents.event_data_content_type", "text/plain"));
        record.Body = new ProtoValue { IntValue = 7 };

        var actual = Structured(record);

        Assert.Equal("7", (string?)actual["data"]);
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Writing_allocates_nothing_in_steady_state(Signal signal)
    {
        using var buffers = new BufferPool();
        var pool = new TelemetryPool(buffers);
        using var output = new PooledBufferWriter(buffers, "CloudEvents test");
        using var encoder = new CloudEventsEncoder(buffers);
        var message = new OtlpGenerator(12, new() { Records = 20 }).Request(signal);
        if (message is ExportLogsServiceRequest logs)
        {
            logs.ResourceLogs[0].ScopeLogs[0].LogRecords.Add(Event());
        }

        var request = message.ToByteArray();
        var buffer = buffers.Rent(request.Length, "CloudEvents test");
        request.CopyTo(buffer.Span);
        using var batch = OtlpIndexer.Index(signal, buffer, 0, request.Length, pool, IndexLimits.Default).Batch!;
        Assert.True(batch.Count > 5);

        Assert.Equal(0, Allocations.Least(() =>
        {
            output.Clear();
            encoder.BeginBatch(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                encoder.Encode(i, Id, output);
                foreach (var attribute in encoder.Attributes)
                {
                    CloudEventText.WriteHeaderValue(attribute.Value, output);
                }

                output.Write(encoder.ContentType);
                encoder.WriteData(output);
            }
        }));
    }

    private static LogRecord Event()
    {
        var record = new LogRecord { EventName = "com.example.thing" };
        Add(
            record.Attributes,
            ("cloudevents.event_id", "A234"),
            ("cloudevents.event_source", "/things"),
            ("cloudevents.event_spec_version", "1.0"),
            ("cloudevents.event_type", "com.example.thing"));
        return record;
    }

    private static void Add(Google.Protobuf.Collections.RepeatedField<KeyValue> attributes, params (string Key, string Value)[] added) =>
        attributes.Add(added.Select(item => new KeyValue { Key = item.Key, Value = new ProtoValue { StringValue = item.Value } }));

    private static string TypeOf(JsonObject record) => (string?)record["signal"] == "event"
        ? Allowed((string)record["name"]!)
        : $"sluice.{(string?)record["signal"]}";

    /// <summary>The text without halves of surrogate pairs, which UTF-8 cannot hold.</summary>
    private static string Whole(string text) => string.Concat(text.EnumerateRunes());

    private static string Allowed(string text) => string.Concat(text.EnumerateRunes().Select(rune =>
        Rune.IsControl(rune) || rune.Value is >= 0xFDD0 and <= 0xFDEF || rune.Value % 0x10000 >= 0xFFFE ? Rune.ReplacementChar : rune));

    private JsonObject Structured(LogRecord record)
    {
        using var batch = _indexing.Accept(
            Signal.Logs, new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { record } } } } } });
        _encoder.BeginBatch(batch);
        var actual = Structured(0);
        AssertBinaryIsTheSame(actual);
        return actual;
    }

    private JsonObject Structured(int index)
    {
        _output.Clear();
        _output.Write("before"u8);
        _encoder.Encode(index, Id, _output);
        var text = Encoding.UTF8.GetString(_output.WrittenSpan);
        Assert.StartsWith("before{", text, StringComparison.Ordinal);
        return JsonNode.Parse(text["before".Length..])!.AsObject();
    }

    /// <summary>Checks that headers and body of the record at hand say what its structured form says.</summary>
    private void AssertBinaryIsTheSame(JsonObject structured)
    {
        var names = new List<string>();
        foreach (var attribute in _encoder.Attributes)
        {
            var name = Encoding.UTF8.GetString(attribute.Name);
            names.Add(name);
            var value = structured[name]!.ToString();
            Assert.Equal(attribute.Kind == CloudEventAttributeKind.Boolean ? value.ToLowerInvariant() : value, Encoding.UTF8.GetString(attribute.Value));
            _output.Clear();
            CloudEventText.WriteHeaderValue(attribute.Value, _output);
            var header = Encoding.UTF8.GetString(_output.WrittenSpan);
            Assert.All(header, character => Assert.InRange(character, '!', '~'));
            Assert.DoesNotContain('"', header);
            Assert.Equal(Encoding.UTF8.GetString(attribute.Value), Uri.UnescapeDataString(header));
        }

        Assert.Equal(structured.Select(member => member.Key).Except(["data", "data_base64", "datacontenttype"]), names);
        _output.Clear();
        _encoder.WriteData(_output);
        var type = Encoding.UTF8.GetString(_encoder.ContentType);
        Assert.Equal((string?)structured["datacontenttype"] ?? (structured.ContainsKey("data") ? "application/json" : ""), type);
        if (structured["data_base64"] is { } base64)
        {
            Assert.Equal(Convert.FromBase64String((string)base64!), _output.WrittenSpan.ToArray());
        }
        else if (!structured.ContainsKey("data"))
        {
            Assert.Equal(0, _output.Length);
        }
        else if (CloudEventText.IsJson(_encoder.ContentType))
        {
            Assert.True(JsonNode.DeepEquals(structured["data"], JsonNode.Parse(_output.WrittenSpan)));
        }
        else
        {
            Assert.Equal((string?)structured["data"], Encoding.UTF8.GetString(_output.WrittenSpan));
        }
    }
}
