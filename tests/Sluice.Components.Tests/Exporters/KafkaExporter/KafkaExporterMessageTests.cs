using System.Text.Json;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Kafka;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;
using static Sluice.Components.Tests.Exporters.KafkaExporter.KafkaExporterUnderTest;

namespace Sluice.Components.Tests.Exporters.KafkaExporter;

/// <summary>What is in messages: values, keys, headers, topics.</summary>
public sealed class KafkaExporterMessageTests
{
    [Fact]
    public async Task Requests_of_many_entries_are_one_message_for_each_signal_by_default()
    {
        await using var test = await StartAsync("", await KafkaStandin.StartMockAsync());
        var spans = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { Span(1) } } } } } };
        var metrics = new ExportMetricsServiceRequest { ResourceMetrics = { new ResourceMetrics { ScopeMetrics = { new ScopeMetrics { Metrics = { new Metric { Name = "m" } } } } } } };

        var outcome = await test.DeliverAsync(
            test.Segment(Signal.Logs, Logs("a", "1", "2")), test.Segment(Signal.Traces, spans), test.Segment(Signal.Logs, Logs("b", "3")), test.Segment(Signal.Metrics, metrics));

        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
        var logs = Assert.Single(await test.ReadAsync("otlp_logs", 1));
        Assert.Equal(new ExportLogsServiceRequest { ResourceLogs = { Logs("a", "1", "2").ResourceLogs, Logs("b", "3").ResourceLogs } }, ExportLogsServiceRequest.Parser.ParseFrom(logs.Value));
        Assert.Null(logs.Key);
        Assert.Equal("application/x-protobuf", Text(logs.Header("content-type")));
        Assert.Equal(spans, ExportTraceServiceRequest.Parser.ParseFrom(Assert.Single(await test.ReadAsync("otlp_spans", 1)).Value));
        Assert.Equal(metrics, ExportMetricsServiceRequest.Parser.ParseFrom(Assert.Single(await test.ReadAsync("otlp_metrics", 1)).Value));
    }

    [Fact]
    public async Task Otlp_json_is_one_request_too()
    {
        await using var test = await StartAsync("logs: { encoding: otlp_json }", await KafkaStandin.StartMockAsync());

        await test.DeliverAsync(test.Segment(Signal.Logs, Logs("a", "1")), test.Segment(Signal.Logs, Logs("b", "2")));

        var message = Assert.Single(await test.ReadAsync("otlp_logs", 1));
        Assert.Equal("application/json", Text(message.Header("content-type")));
        Assert.Equal(
            new ExportLogsServiceRequest { ResourceLogs = { Logs("a", "1").ResourceLogs, Logs("b", "2").ResourceLogs } },
            JsonParser.Default.Parse<ExportLogsServiceRequest>(Text(message.Value)));
    }

    [Fact]
    public async Task Json_is_the_envelope_of_each_record()
    {
        await using var test = await StartAsync("logs: { encoding: json }", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "otlp_logs");

        await test.DeliverAsync(test.Segment(Signal.Logs, Logs("shop", "first", "second")));

        var messages = await test.ReadAsync("otlp_logs", 2);
        Assert.Equal(
            ["""{"id":"00000000000000070000000000000000","signal":"log","time":"1970-01-01T00:00:00.000000001Z","service":"shop","body":"first","resource":{"attributes":{"service.name":"shop"}}}""",
             """{"id":"00000000000000070000000000000001","signal":"log","time":"1970-01-01T00:00:00.000000001Z","service":"shop","body":"second","resource":{"attributes":{"service.name":"shop"}}}"""],
            messages.OrderBy(message => message.Offset).Select(message => Text(message.Value)));
        Assert.All(messages, message => Assert.Equal("application/json", Text(message.Header("content-type"))));
    }

    [Fact]
    public async Task Raw_is_the_body()
    {
        await using var test = await StartAsync("logs: { encoding: raw }", await KafkaStandin.StartMockAsync());
        await test.Kafka.CreateTopicAsync(1, "otlp_logs");
        var request = Logs("shop", "text");
        request.ResourceLogs[0].ScopeLogs[0].LogRecords.Add(new LogRecord { Body = new() { BytesValue = ByteString.CopyFrom(1, 0, 255) } });
        request.ResourceLogs[0].ScopeLogs[0].LogRecords.Add(new LogRecord { Body = new() { ArrayValue = new() { Values = { new AnyValue { IntValue = 1 }, new AnyValue { StringValue = "x" } } } } });
        request.ResourceLogs[0].ScopeLogs[0].LogRecords.Add(new LogRecord());

        await test.DeliverAsync(test.Segment(Signal.Logs, request));

        var messages = (await test.ReadAsync("otlp_logs", 4)).OrderBy(message => message.Offset).ToList();
        Assert.Equal("text", Text(messages[0].Value));
        Assert.Equal([1, 0, 255], messages[1].Value!);
        Assert.Equal("""[1,"x"]""", Text(messages[2].Value));

        // Not null, which would delete what has the key.
        Assert.Equal([], messages[3].Value!);
        Assert.All(messages, message => Assert.Empty(message.Headers));
    }

    [Fact]
    public async Task A_cloud_event_is_structured_or_binary()
    {
        await using var test = await StartAsync("logs: { topic: s, encoding: cloudevents }\ntraces: { topic: b, encoding: cloudevents_binary }", await KafkaStandin.StartMockAsync());
        var spans = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { Span(1) } } } } } };

        await test.DeliverAsync(test.Segment(Signal.Logs, Logs("shop", "x")), test.Segment(Signal.Traces, spans));

        var structured = Assert.Single(await test.ReadAsync("s", 1));
        Assert.Equal("application/cloudevents+json; charset=utf-8", Text(structured.Header("content-type")));
        var logEvent = JsonDocument.Parse(structured.Value).RootElement;
        Assert.Equal("1.0", logEvent.GetProperty("specversion").GetString());
        Assert.Equal("x", logEvent.GetProperty("data").GetProperty("body").GetString());
        var binary = Assert.Single(await test.ReadAsync("b", 1));
        Assert.Equal("application/json", Text(binary.Header("content-type")));
        Assert.Equal("1.0", Text(binary.Header("ce_specversion")));
        Assert.NotEmpty(Text(binary.Header("ce_id")));
        Assert.NotEmpty(Text(binary.Header("ce_source")));
        Assert.Equal("span 1", JsonDocument.Parse(binary.Value).RootElement.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("key: service", "shop")]
    [InlineData("key: trace_id", "01010101010101010101010101010101")]
    [InlineData("key_from_attribute: order", "4711")]
    [InlineData("key_from_attribute: service.name", "shop")]
    [InlineData("key_from_attribute: absent", null)]
    [InlineData("message_key_from_metadata_key: X-Tenant", "acme")]
    [InlineData("message_key_from_metadata_key: x-other", null)]
    public async Task A_key_is_found_where_the_options_say(string key, string? expected)
    {
        await using var test = await StartAsync($"logs: {{ topic: r, encoding: json, {key} }}", await KafkaStandin.StartMockAsync());
        var request = Logs("shop", "x");
        request.ResourceLogs[0].ScopeLogs[0].LogRecords[0].TraceId = Id(1, 16);
        request.ResourceLogs[0].ScopeLogs[0].LogRecords[0].Attributes.Add(new KeyValue { Key = "order", Value = new() { IntValue = 4711 } });

        await test.DeliverAsync(test.Segment(Signal.Logs, request, ("x-tenant", "acme")));

        var message = Assert.Single(await test.ReadAsync("r", 1));
        Assert.Equal(expected, message.Key is null ? null : Text(message.Key));
    }

    [Fact]
    public async Task A_resource_is_the_same_key_whatever_the_order_of_its_attributes()
    {
        await using var test = await StartAsync("partition_logs_by_resource_attributes: true", await KafkaStandin.StartMockAsync());
        var (first, second, other) = (Logs("shop", "1"), Logs("shop", "2"), Logs("cart", "3"));
        first.ResourceLogs[0].Resource.Attributes.Add(new KeyValue { Key = "host", Value = new() { StringValue = "a" } });
        second.ResourceLogs[0].Resource.Attributes.Insert(0, new KeyValue { Key = "host", Value = new() { StringValue = "a" } });

        await test.DeliverAsync(test.Segment(Signal.Logs, first), test.Segment(Signal.Logs, second), test.Segment(Signal.Logs, other));

        var messages = await test.ReadAsync("otlp_logs", 2);
        Assert.Equal(2, messages.Count);
        Assert.All(messages, message => Assert.Equal(32, message.Key!.Length));
        var shop = Assert.Single(messages, message => Bodies(message).Count == 2);
        Assert.Equal(["1", "2"], Bodies(shop));
    }

    [Fact]
    public async Task Requests_are_parted_by_trace()
    {
        await using var test = await StartAsync("partition_traces_by_id: true", await KafkaStandin.StartMockAsync());
        var spans = new ExportTraceServiceRequest
        {
            ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { Enumerable.Range(0, 1000).Select(i => Span((byte)(i % 100))) } } } } },
        };

        await test.DeliverAsync(test.Segment(Signal.Traces, spans), test.Segment(Signal.Traces, spans));

        var messages = await test.ReadAsync("otlp_spans", 100);
        Assert.Equal(100, messages.Count);
        Assert.All(messages, message =>
        {
            var found = ExportTraceServiceRequest.Parser.ParseFrom(message.Value).ResourceSpans.SelectMany(resource => resource.ScopeSpans).SelectMany(scope => scope.Spans).ToList();
            Assert.Equal(20, found.Count);
            Assert.All(found, span => Assert.Equal(Text(message.Key), Convert.ToHexStringLower(span.TraceId.Span)));
        });
    }

    [Fact]
    public async Task Topics_come_from_headers_then_attributes_then_options()
    {
        await using var test = await StartAsync("topic_from_attribute: service.name\nlogs: { topic: rest, topic_from_metadata_key: X-Topic }", await KafkaStandin.StartMockAsync());
        var unnamed = Logs("", "3");
        unnamed.ResourceLogs[0].Resource.Attributes.Clear();

        await test.DeliverAsync(
            test.Segment(Signal.Logs, Logs("shop", "1"), ("x-topic", "named")), test.Segment(Signal.Logs, Logs("shop", "2")), test.Segment(Signal.Logs, unnamed));

        Assert.Equal(["1"], Bodies(Assert.Single(await test.ReadAsync("named", 1))));
        Assert.Equal(["2"], Bodies(Assert.Single(await test.ReadAsync("shop", 1))));
        Assert.Equal(["3"], Bodies(Assert.Single(await test.ReadAsync("rest", 1))));
    }

    [Theory]
    [InlineData("otlp_proto")]
    [InlineData("json")]
    public async Task What_names_no_topic_is_refused_alone(string encoding)
    {
        await using var test = await StartAsync($"topic_from_attribute: service.name\nlogs: {{ encoding: {encoding} }}", await KafkaStandin.StartMockAsync());
        var batch = ExporterFixture.Batch(test.Segment(Signal.Logs, Logs("shop", "1")), test.Segment(Signal.Logs, Logs("a/b", "2")));

        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(batch)).Status);

        Assert.Single(await test.ReadAsync("shop", 1));
        var rejection = Assert.Single(batch.Rejections);
        Assert.Equal((1, 0), (rejection.Segment, rejection.Record));
        Assert.Equal("the topic that it names has characters that no topic may have; use up to 249 letters, digits, dots, underscores and dashes", rejection.Reason);
    }

    [Fact]
    public async Task Headers_say_what_the_options_ask_for()
    {
        await using var test = await StartAsync(
            """
            logs: { topic: r, encoding: json }
            headers: [content_type, signal, service, record_id, trace_context]
            record_headers: { cluster: east }
            include_metadata_keys: [X-Tenant, x-absent]
            """,
            await KafkaStandin.StartMockAsync());
        var request = Logs("shop", "x");
        var record = request.ResourceLogs[0].ScopeLogs[0].LogRecords[0];
        (record.TraceId, record.SpanId, record.Flags) = (Id(1, 16), Id(2, 8), 1);

        await test.DeliverAsync(test.Segment(Signal.Logs, request, ("x-tenant", "acme")));

        var message = Assert.Single(await test.ReadAsync("r", 1));
        Assert.Equal(
            ["cluster: east", "sluice-signal: logs", "X-Tenant: acme", "content-type: application/json", "sluice-record-id: 00000000000000070000000000000000",
             "sluice-service: shop", "traceparent: 00-01010101010101010101010101010101-0202020202020202-01"],
            message.Headers.Select(header => $"{header.Key}: {Text(header.Value)}"));
    }

    [Fact]
    public async Task Requests_with_other_headers_go_in_other_messages()
    {
        await using var test = await StartAsync("include_metadata_keys: [x-tenant]", await KafkaStandin.StartMockAsync());

        await test.DeliverAsync(
            test.Segment(Signal.Logs, Logs("a", "1"), ("x-tenant", "acme")), test.Segment(Signal.Logs, Logs("a", "2"), ("x-tenant", "other")),
            test.Segment(Signal.Logs, Logs("a", "3"), ("x-tenant", "acme")), test.Segment(Signal.Logs, Logs("a", "4")));

        var messages = await test.ReadAsync("otlp_logs", 3);
        Assert.Equal(3, messages.Count);
        Assert.Equal(["1", "3"], Bodies(messages.Single(message => message.Header("x-tenant") is { } tenant && Text(tenant) == "acme")));
        Assert.Equal(["2"], Bodies(messages.Single(message => message.Header("x-tenant") is { } tenant && Text(tenant) == "other")));
        Assert.Equal(["4"], Bodies(messages.Single(message => message.Header("x-tenant") is null)));
    }

    [Theory]
    [InlineData("otlp_proto")]
    [InlineData("otlp_json")]
    public async Task Requests_are_split_at_the_limit_and_a_record_above_it_is_refused(string encoding)
    {
        await using var test = await StartAsync($"logs: {{ encoding: {encoding} }}\nproducer: {{ max_message_bytes: 20000 }}", await KafkaStandin.StartMockAsync());
        var bodies = Enumerable.Range(0, 200).Select(i => i == 77 ? new string('x', 30_000) : $"{i} " + new string('y', 500)).ToList();
        var batch = ExporterFixture.Batch(test.Segment(Signal.Logs, Logs("shop", bodies)), test.Segment(Signal.Logs, Logs("shop", "last")));

        Assert.Equal(DeliveryStatus.Delivered, (await test.DeliverAsync(batch)).Status);

        var rejection = Assert.Single(batch.Rejections);
        Assert.Equal((0, 77), (rejection.Segment, rejection.Record));
        Assert.Equal("it is larger than producer::max_message_bytes, which is 20000", rejection.Reason);
        var messages = await test.ReadAsync("otlp_logs", 6);
        Assert.All(messages, message => Assert.InRange(message.Value!.Length, 1, 20_000));
        var expected = bodies.Where(body => body.Length < 30_000).Append("last").Order(StringComparer.Ordinal);
        Assert.Equal(expected, messages.SelectMany(message => Bodies(message)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task Compressed_messages_are_read_as_they_were(string compression)
    {
        await using var test = await StartAsync($"producer: {{ compression: {compression} }}", await KafkaStandin.StartMockAsync());
        var request = Logs("shop", Enumerable.Range(0, 500).Select(i => $"body {i}"));

        await test.DeliverAsync(test.Segment(Signal.Logs, request));

        Assert.Equal(request, ExportLogsServiceRequest.Parser.ParseFrom(Assert.Single(await test.ReadAsync("otlp_logs", 1)).Value));
    }

    private static List<string> Bodies(KafkaMessage message)
    {
        var request = message.Value![0] == '{' ? JsonParser.Default.Parse<ExportLogsServiceRequest>(Text(message.Value)) : ExportLogsServiceRequest.Parser.ParseFrom(message.Value);
        return [.. request.ResourceLogs.SelectMany(resource => resource.ScopeLogs).SelectMany(scope => scope.LogRecords).Select(record => record.Body.StringValue)];
    }

    private static Span Span(byte trace) => new() { Name = $"span {trace}", TraceId = Id((byte)(trace + 1), 16), SpanId = Id(1, 8) };

    private static ByteString Id(byte value, int length) => ByteString.CopyFrom(Enumerable.Repeat(value, length).ToArray());

}
