using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Trace;
using Sluice.EndToEnd.Sdks;
using Sluice.EndToEnd.Support;

namespace Sluice.EndToEnd.Webhooks;

/// <summary>The executable with a webhook receiver, and the restarts that its senders do not notice.</summary>
public sealed class WebhookTests
{
    private const string Secret = "between you and me";

    private const string Configuration =
        """
        receivers:
          webhook:
            endpoint: 127.0.0.1:0
            endpoints:
              orders: {path: /hooks/orders, secrets: ["${env:WEBHOOK_TEST_SECRET:-between you and me}"], event_name: "body:type", time: "body:at"}
        exporters:
          file: {path: out.jsonl, format: json_lines, append: true}
          store:
        service:
          pipelines:
            events: {receivers: [webhook], exporters: [file, store]}
            logs: {receivers: [webhook], exporters: [store]}
            traces: {receivers: [otlp], exporters: [store]}
        """;

    [Fact]
    public async Task A_delivery_is_taken_once_also_when_it_is_repeated_at_once_and_after_a_kill()
    {
        await using var first = await Instance.StartAsync(Configuration);
        string[] bodies = [.. Enumerable.Range(0, 20).Select(i => $$"""{"type":"order.paid","order":{{i}},"at":"2026-01-01T00:00:00Z"}""")];

        // Each is sent three times at once, and once more after the kill.
        await Task.WhenAll(bodies.SelectMany((body, i) => Enumerable.Repeat((body, i), 3)).Select(item => SendAsync(first, item.body, $"r-{item.i}")));
        first.Process.Kill();
        await first.Process.WaitForExitAsync();
        await using var second = await Instance.StartAsync(Configuration, first.Process.Directory);
        await Task.WhenAll(bodies.Select((body, i) => SendAsync(second, body, $"r-{i}")));
        await SendAsync(second, """{"type":"order.sent","order":99}""", "r-99");

        await second.Api.ExpectSettledAsync("events", 21, "file", "store");
        var records = Envelopes.ReadFile(second.PathOf("out.jsonl"));
        Assert.Equal(
            [.. Enumerable.Range(0, 20), 99],
            records.Select(record => record["body"]!["order"]!.GetValue<int>()).Order());
        Assert.All(records, record => Assert.Equal("event", record["signal"]!.GetValue<string>()));
        Assert.Equal("2026-01-01T00:00:00.000000000Z", records[0]["time"]!.GetValue<string>());
        Assert.Contains("sluice_webhook_answered_requests_total{", await second.GetAsync("metrics", "/metrics"), StringComparison.Ordinal);
        Assert.Equal(0, await second.Process.StopAsync());
    }

    [Fact]
    public async Task A_webhook_that_an_application_sends_within_a_span_is_found_under_the_trace_that_its_SDK_exports()
    {
        await using var instance = await Instance.StartAsync(Configuration);
        using var source = new ActivitySource($"shop-{Guid.NewGuid()}");
        ActivityTraceId trace;
        using (var provider = Sdk.CreateTracerProviderBuilder()
            .SetSampler(new AlwaysOnSampler())
            .AddSource(source.Name)
            .AddOtlpExporter(options => (options.Endpoint, options.Protocol, options.TimeoutMilliseconds) = (new Uri($"http://{instance.Process.Endpoints["otlp/grpc"]}"), OtlpExportProtocol.Grpc, DotNetSender.ExportTimeout))
            .Build())
        {
            // The client writes the trace context of the span into the request.
            using (var span = source.StartActivity("pay order", ActivityKind.Client)!)
            {
                trace = span.TraceId;
                await SendAsync(instance, """{"type":"order.paid"}""", "r-1");
            }

            Assert.True(provider.ForceFlush());
        }

        await instance.Api.ExpectSettledAsync("events", 1, "file", "store");
        await instance.Api.ExpectSettledAsync("logs", 1, "store");
        await instance.Api.ExpectSettledAsync("traces", 1, "store");
        var (spans, logs) = await instance.Api.TraceAsync(trace.ToHexString());
        Assert.Equal("pay order", (string?)Assert.Single(spans)["name"]);
        Assert.All(logs, log => Assert.Equal("order.paid", (string?)log["name"]));
        Assert.NotEmpty(logs);
        Assert.Equal(0, await instance.Process.StopAsync());
    }

    private static async Task SendAsync(Instance instance, string body, string id)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"http://{instance.Process.Endpoints["webhook"]}/hooks/orders"))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("X-Request-ID", id);
        request.Headers.Add("X-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes(body))));
        using var response = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }
}
