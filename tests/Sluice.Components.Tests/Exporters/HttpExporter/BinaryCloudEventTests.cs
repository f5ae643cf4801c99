using System.Text.Json;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Components.Exporters.HttpExporter;
using Sluice.Telemetry;
using Sluice.Testing.Components;
using Sluice.Testing.Otlp;
using Sluice.Testing.Sinks;
using IMessage = Google.Protobuf.IMessage;

namespace Sluice.Components.Tests.Exporters.HttpExporter;

public sealed class BinaryCloudEventTests
{
    [Theory]
    [InlineData(Signal.Logs)]
    [InlineData(Signal.Traces)]
    [InlineData(Signal.Metrics)]
    public async Task Headers_and_body_say_what_structured_mode_says(Signal signal)
    {
        await using var binary = await HttpExporterUnderTest.StartAsync(new() { Format = HttpFormat.CloudEventsBinary });
        await using var structured = await HttpExporterUnderTest.StartAsync(new() { Format = HttpFormat.CloudEvents });
        var generator = new OtlpGenerator(91);
        for (var round = 0; round < 20; round++)
        {
            var request = generator.Request(signal);
            var (first, second) = (binary.Fixture.Segment(signal, request), structured.Fixture.Segment(signal, request));
            for (var i = 0; i < first.Count; i++)
            {
                await binary.DeliverAsync(first.Slice(i, 1));
                await structured.DeliverAsync(second.Slice(i, 1));
            }
        }

        Assert.NotEmpty(binary.Sink.Requests);
        Assert.Equal(structured.Sink.Requests.Select(Structured), binary.Sink.Requests.Select(Binary));
    }

    [Theory]
    [InlineData("text/plain; charset=utf-8", "Zürich \"100 %\"", "text/plain; charset=utf-8", "Zürich \"100 %\"")]
    [InlineData("text/plain;charset=utf-8", "said", "text/plain;charset=utf-8", "said")]
    [InlineData("Text/Plain ; q=\"a b\"", "said", "Text/Plain ; q=\"a b\"", "said")]
    [InlineData("application/json", "said", "application/json", "\"said\"")]
    [InlineData("", "said", "application/json", "\"said\"")]
    public async Task An_event_that_came_as_one_goes_out_as_the_same(string type, string data, string expectedType, string expectedBody)
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new() { Format = HttpFormat.CloudEventsBinary });

        await test.DeliverAsync(test.Fixture.Segment(Signal.Logs, Event(type, data)));

        var request = Assert.Single(test.Sink.Requests);
        Assert.Equal((expectedType, expectedBody), (request.Headers["content-type"], request.Text));
        Assert.Equal(
            ["ce-comexample: Z%C3%BCrich%20%22100%20%25%22", "ce-id: e-1", "ce-source: /shop", "ce-specversion: 1.0", "ce-type: order.paid"],
            request.Headers.Where(header => header.Key.StartsWith("ce-", StringComparison.Ordinal)).Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("text/pläin")]
    [InlineData("text/plain\r\nX-Forged: 1")]
    [InlineData("text/plain;\r\n charset=utf-8")]
    [InlineData("text/plain ")]
    [InlineData("application/cloudevents+json")]
    [InlineData("Application/CloudEvents-Batch+json; charset=utf-8")]
    public async Task What_cannot_stand_in_headers_goes_in_structured_mode(string type)
    {
        await using var test = await HttpExporterUnderTest.StartAsync(new() { Format = HttpFormat.CloudEventsBinary });

        await test.DeliverAsync(test.Fixture.Segment(Signal.Logs, Event(type, "said")));

        var request = Assert.Single(test.Sink.Requests);
        Assert.Equal("application/cloudevents+json; charset=utf-8", request.Headers["content-type"]);
        Assert.DoesNotContain(request.Headers.Keys, name => name.StartsWith("ce-", StringComparison.Ordinal) || name == "x-forged");
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal("e-1", json.RootElement.GetProperty("id").GetString());
        Assert.StartsWith(type.Split('\r')[0], json.RootElement.GetProperty("datacontenttype").GetString(), StringComparison.Ordinal);
    }

    /// <summary>The event of a structured request, sorted, as text for each member.</summary>
    private static string Structured(HttpSinkRequest request)
    {
        using var json = JsonDocument.Parse(request.Body);
        return string.Join('\n', json.RootElement.EnumerateObject()
            .Select(member => $"{member.Name}: {(member.Name == "data" ? member.Value.GetRawText() : member.Value.ToString())}")
            .Order(StringComparer.Ordinal));
    }

    /// <summary>The same of a binary request: names from headers, values decoded by .NET.</summary>
    private static string Binary(HttpSinkRequest request) => string.Join('\n', request.Headers
        .Where(header => header.Key.StartsWith("ce-", StringComparison.Ordinal))
        .Select(header => $"{header.Key[3..]}: {Uri.UnescapeDataString(header.Value)}")
        .Append($"data: {request.Text}")
        .Append($"datacontenttype: {request.Headers["content-type"]}")
        .Order(StringComparer.Ordinal));

    private static IMessage Event(string type, string data)
    {
        var record = new LogRecord { EventName = "order.paid", Body = new() { StringValue = data } };
        Add("cloudevents.event_id", "e-1");
        Add("cloudevents.event_source", "/shop");
        Add("cloudevents.event_spec_version", "1.0");
        Add("cloudevents.event_type", "order.paid");
        Add("cloudevents.extension.comexample", "Zürich \"100 %\"");
        if (type.Length > 0)
        {
            Add("cloudevents.event_data_content_type", type);
        }

        return ExportLogsServiceRequest.Parser.ParseFrom(TestRequests.Logs([record]));

        void Add(string key, string value) => record.Attributes.Add(new KeyValue { Key = key, Value = new() { StringValue = value } });
    }
}
