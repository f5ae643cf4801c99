using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Testing.Processes;

namespace Sluice.EndToEnd.CloudEvents;

/// <summary>The executable between senders and readers of CloudEvents.</summary>
public sealed class CloudEventsTests
{
    private const int Events = 12;

    private const string Configuration =
        """
        receivers:
          cloudevents: {endpoint: 127.0.0.1:0, path: /events}
          otlp:
            protocols:
              http: {endpoint: 127.0.0.1:0}
        exporters:
          file: {path: out.jsonl, format: cloudevents, append: true}
          store:
        service:
          pipelines:
            events: {receivers: [cloudevents], exporters: [file, store]}
            traces: {receivers: [otlp], exporters: [file, store]}
        """;

    [Theory]
    [InlineData("binary")]
    [InlineData("structured")]
    [InlineData("batched")]
    public async Task What_the_sdk_sends_goes_out_as_the_same_events_which_the_sdk_reads(string mode)
    {
        NodeScript.SkipUnlessInstalled();
        await using var instance = await Instance.StartAsync(Configuration);

        var sent = await CloudEventsSdk.SendAsync($"http://{instance.Process.Endpoints["cloudevents"]}/events", mode, Events);

        await instance.Api.ExpectSettledAsync("events", Events, "file", "store");
        var written = ReadFile(instance);
        AssertSame(sent, [.. written]);
        AssertSame(sent, await CloudEventsSdk.ReadAsync("structured", instance.PathOf("out.jsonl")));
        AssertSame(sent, await CloudEventsSdk.ReadAsync("batched", instance.PathOf("out.jsonl")));
        var (_, logs) = await instance.Api.TraceAsync("5b8efff798038103d269b633813fc60c");
        Assert.Equal(Events, logs.Count);
        Assert.Equal(0, await instance.Process.StopAsync());
    }

    [Theory]
    [InlineData("binary", "cloudevents_binary", null)]
    [InlineData("structured", "cloudevents", "application/cloudevents+json; charset=utf-8")]
    [InlineData("batched", "cloudevents_batch", "application/cloudevents-batch+json; charset=utf-8")]
    public async Task What_the_sdk_sends_is_what_the_sdk_receives_over_http_in_the_same_mode(string mode, string format, string? type)
    {
        NodeScript.SkipUnlessInstalled();
        using var listener = await CloudEventsListener.StartAsync();
        await using var instance = await Instance.StartAsync(
            $$"""
            receivers:
              cloudevents: {endpoint: 127.0.0.1:0, path: /events}
            exporters:
              http: {endpoint: "{{listener.Endpoint}}", format: {{format}}}
            service:
              pipelines:
                events: {receivers: [cloudevents], exporters: [http]}
            """);

        var sent = await CloudEventsSdk.SendAsync($"http://{instance.Process.Endpoints["cloudevents"]}/events", mode, Events);

        var received = await listener.ReceiveAsync(Events);
        AssertSame(sent, [.. received.Select(found => found.Event)]);
        Assert.All(received, found => Assert.Equal(type ?? (string?)found.Event["datacontenttype"], found.ContentType));
        await instance.Api.ExpectSettledAsync("events", Events, "http");
        Assert.Equal(0, await instance.Process.StopAsync());
        Assert.Empty(await listener.StopAsync());
    }

    [Fact]
    public async Task The_events_of_other_records_are_valid_to_the_sdk()
    {
        NodeScript.SkipUnlessInstalled();
        await using var instance = await Instance.StartAsync(Configuration);
        using var http = new HttpClient();
        using var spans = new StringContent(
            """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop ä"}}]},"scopeSpans":[{"spans":[
            {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203331","name":"GET /\u0007","startTimeUnixNano":"1700000000000000001","endTimeUnixNano":"1700000000000000002"},
            {"traceId":"0af7651916cd43dd8448eb211c80319c","spanId":"b7ad6b7169203332"}]}]}]}
            """,
            Encoding.UTF8,
            "application/json");
        using var response = await http.PostAsync(new Uri($"http://{instance.Process.Endpoints["otlp/http"]}/v1/traces"), spans);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        await instance.Api.ExpectSettledAsync("traces", 2, "file", "store");
        var written = ReadFile(instance);
        Assert.Equal(["/shop%20%C3%A4", "/shop%20%C3%A4"], written.Select(cloudEvent => (string?)cloudEvent["source"]));
        var read = await CloudEventsSdk.ReadAsync("structured", instance.PathOf("out.jsonl"));
        Assert.Equal(written.Select(cloudEvent => (string?)cloudEvent["id"]), read.Select(cloudEvent => (string?)cloudEvent["id"]));
        Assert.Equal(0, await instance.Process.StopAsync());
    }

    [Fact]
    public async Task An_event_is_taken_once_also_when_it_is_repeated_at_once_and_after_a_kill()
    {
        await using var first = await Instance.StartAsync(Configuration);

        // Batches overlap, each is sent twice at once, and all once more after the kill.
        await Task.WhenAll(Enumerable.Range(0, 10).SelectMany(i => new[] { SendAsync(first, i), SendAsync(first, i) }));
        first.Process.Kill();
        await first.Process.WaitForExitAsync();
        await using var second = await Instance.StartAsync(Configuration, first.Process.Directory);
        await Task.WhenAll(Enumerable.Range(0, 11).Select(i => SendAsync(second, i)));

        await second.Api.ExpectSettledAsync("events", 22, "file", "store");
        Assert.Equal(
            Enumerable.Range(0, 22).Select(i => $"{i}").Order(StringComparer.Ordinal),
            ReadFile(second).Select(cloudEvent => (string)cloudEvent["id"]!).Order(StringComparer.Ordinal));
        Assert.Contains("sluice_cloudevents_repeated_events_total{", await second.GetAsync("metrics", "/metrics"), StringComparison.Ordinal);
        Assert.Equal(0, await second.Process.StopAsync());
    }

    private static List<JsonObject> ReadFile(Instance instance) =>
        [.. File.ReadLines(instance.PathOf("out.jsonl")).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>Compares events whatever their order and that of their members.</summary>
    private static void AssertSame(List<JsonObject> expected, List<JsonObject> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach (var (wanted, found) in expected.OrderBy(Id, StringComparer.Ordinal).Zip(actual.OrderBy(Id, StringComparer.Ordinal)))
        {
            Assert.True(JsonNode.DeepEquals(wanted, found), $"expected {wanted.ToJsonString()}\nactual   {found.ToJsonString()}");
        }
    }

    private static string Id(JsonObject cloudEvent) => (string)cloudEvent["id"]!;

    /// <summary>Sends a batch of four events, two of which are in the next batch too.</summary>
    private static async Task SendAsync(Instance instance, int batch)
    {
        var events = Enumerable.Range(batch * 2, 4).Where(i => i < 22).Select(i => $$"""{"specversion":"1.0","id":"{{i}}","source":"/a","type":"t"}""");
        using var http = new HttpClient();
        using var content = new StringContent($"[{string.Join(',', events)}]", Encoding.UTF8, "application/cloudevents-batch+json");
        using var response = await http.PostAsync(new Uri($"http://{instance.Process.Endpoints["cloudevents"]}/events"), content);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }
}
