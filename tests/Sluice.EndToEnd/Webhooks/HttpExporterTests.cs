using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.EndToEnd.Life;
using Sluice.EndToEnd.Support;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Sinks;

namespace Sluice.EndToEnd.Webhooks;

/// <summary>The executable with the exporter <c>http</c>: into another Sluice, through every kind of answer, and through kills.</summary>
public sealed class HttpExporterTests
{
    private const string Old = "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk";
    private const string New = "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3";

    private const int Kills = 3;

    [Fact]
    public async Task Signed_webhooks_go_from_one_Sluice_to_the_other_once_also_when_answers_are_lost()
    {
        const int events = 40;
        await using var receiver = await Instance.StartAsync(
            $$"""
            receivers:
              webhook:
                endpoint: 127.0.0.1:0
                endpoints:
                  hook: {path: /hook, scheme: standard, secrets: [{{New}}]}
            exporters:
              file: {path: out.jsonl, format: json_lines}
            service:
              pipelines:
                events: {receivers: [webhook], exporters: [file]}
            """);
        await using var between = await HttpSink.StartAsync();
        using var relay = new Relay(between, $"http://{receiver.Process.Endpoints["webhook"]}");
        await using var sender = await Instance.StartAsync(
            $$"""
            exporters:
              http:
                endpoint: {{between.Address}}/hook
                format: webhook
                signing: {secrets: [{{Old}}, {{New}}]}
                retry_on_failure: {initial_interval: 20ms, max_interval: 100ms}
            service:
              pipelines:
                events: {receivers: [otlp], exporters: [http]}
            """);
        await sender.Otlp.SendAsync(Signal.Logs, Events(events));

        await sender.Api.ExpectSettledAsync("events", events, "http");
        await receiver.Api.ExpectSettledAsync("events", events, "file");

        var records = Envelopes.ReadFile(receiver.PathOf("out.jsonl"));
        Assert.Equal(Enumerable.Range(0, events), records.Select(record => record["body"]!["data"]!["body"]!.GetValue<int>()).Order());
        Assert.All(records, record => Assert.Equal("order.paid", (string?)record["name"]));

        // Each answer was lost once: the receiver has seen each event twice, at least, and knew it again.
        Assert.Equal(events, relay.Lost);
        Assert.True(between.Requests.Count >= 2 * events, $"{between.Requests.Count} requests");
        Assert.Equal(0, await sender.Process.StopAsync());
        Assert.Equal(0, await receiver.Process.StopAsync());
    }

    [Fact]
    public async Task Each_status_has_its_outcome_and_each_record_its_account()
    {
        const int records = 60;
        await using var sink = await HttpSink.StartAsync();
        var taken = new List<int>();
        var busy = 0;
        sink.AnswerWith(request =>
        {
            var numbers = JsonNode.Parse(request.Text)!.AsArray().Select(record => record!["body"]!.GetValue<int>()).ToArray();
            if (Interlocked.Increment(ref busy) <= 3)
            {
                return SinkAnswer.Status(busy == 1 ? 500 : 429, "", "text/plain", ("Retry-After", "0"));
            }

            if (numbers.Length > 16)
            {
                return SinkAnswer.Status(413);
            }

            if (numbers.Contains(13) || numbers.Contains(47))
            {
                return SinkAnswer.Status(422, """{"detail":"an unlucky number"}""", "application/problem+json");
            }

            lock (taken)
            {
                taken.AddRange(numbers);
            }

            // What the server has it need not take: its conflict is our success.
            return SinkAnswer.Status(numbers.Contains(20) ? 409 : 202);
        });
        await using var sluice = await Instance.StartAsync(
            $$"""
            exporters:
              http:
                endpoint: {{sink.Address}}/in
                format: json_array
                on_status: {409: deliver}
                retry_on_failure: {initial_interval: 20ms, max_interval: 100ms}
            service:
              pipelines:
                events: {receivers: [otlp], exporters: [http]}
            """);
        await sluice.Otlp.SendAsync(Signal.Logs, Events(records));

        JsonObject line = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                line = (await sluice.Api.LedgerAsync("events"))["exporters"]![0]!.AsObject();
                return (long)line["subscribed"]! == records && (long)line["pending"]! == 0;
            },
            () => $"everything is settled: {line}");

        Assert.Equal((records - 2, 2), ((int)line["delivered"]!, (int)line["dead_lettered"]!));
        Assert.Equal(Enumerable.Range(0, records).Except([13, 47]), taken.Order());
        var letters = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(sluice.Process.DataDirectory, "*.jsonl", SearchOption.AllDirectories)));
        Assert.Equal(2, letters.Split("answered 422 Unprocessable Entity: an unlucky number").Length - 1);
        Assert.Equal(0, await sluice.Process.StopAsync());
    }

    [Theory]
    [InlineData("webhook")]
    [InlineData("json_lines")]
    public async Task A_sink_that_knows_ids_has_everything_once_after_kills(string format)
    {
        await using var sink = await HttpSink.StartAsync();
        var seen = new ConcurrentDictionary<string, bool>();
        var number = 0;

        // Some answers are lost, so that every kill finds requests that the sink has taken and the exporter does not know of. Never that of a
        // repeat: what fails again and again is halved, and its halves have ids of their own.
        sink.AnswerWith(request =>
            seen.TryAdd(request.Headers["webhook-id"], true) && Interlocked.Increment(ref number) % 5 == 0 ? SinkAnswer.Reset : SinkAnswer.Status(202));
        var configuration =
            $$"""
            exporters:
              http:
                endpoint: {{sink.Address}}/in
                format: {{format}}
                signing: {secrets: [{{New}}]}
                retry_on_failure: {initial_interval: 20ms, max_interval: 100ms}
                {{(format == "json_lines" ? "sending_queue: {batch: {min_size: 1, max_size: 8, flush_timeout: 20ms}}" : "")}}
            service:
              pipelines:
                logs: {receivers: [otlp], exporters: [http]}
            """;
        var acknowledged = new List<string>();
        string? directory = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            await using var victim = await Instance.StartAsync(configuration, directory);
            victim.Process.OwnsDirectory = false;
            directory = victim.Process.Directory;
            await using var flood = Flood.Start(victim.Otlp, senders: 2, maxRequests: 60);
            var before = sink.Requests.Count;
            await Eventually.TrueAsync(() => sink.Requests.Count >= before + 20 && flood.Acknowledged.Count > 100, "deliveries are under way");
            victim.Process.Kill();
            await victim.Process.WaitForExitAsync();
            await flood.EndAsync();
            acknowledged.AddRange(flood.Acknowledged);
        }

        await using var last = await Instance.StartAsync(configuration, directory);
        JsonObject ledger = null!;
        await Eventually.TrueAsync(
            async () =>
            {
                ledger = await last.Api.LedgerAsync("logs");
                return (long)ledger["exporters"]![0]!["pending"]! == 0;
            },
            () => $"everything is settled: {ledger}");

        // The same id always has the same body; so has the sink that keeps the first of each.
        var byId = sink.Requests.GroupBy(request => request.Headers["webhook-id"]).ToArray();
        Assert.All(byId, requests => Assert.Single(requests.Select(request => request.Text).Distinct()));
        Assert.True(sink.Requests.Count > byId.Length, "something was sent twice");

        // Nothing is missing, and nothing came under two ids.
        var records = byId.SelectMany(requests => Documents(format, requests.First().Text)).ToArray();
        Assert.Equal((long)ledger["committed"]!, records.Length);
        Assert.Equal(records.Length, records.Select(record => (string)record["id"]!).Distinct().Count());
        Assert.Empty(acknowledged.Except(records.Select(record => (string)record["body"]!)));
        Assert.True(records.Length >= acknowledged.Count, $"{records.Length} records of {acknowledged.Count} that were acknowledged");
        Assert.Equal(0, await last.Process.StopAsync());
    }

    private static IEnumerable<JsonObject> Documents(string format, string text) =>
        Envelopes.ReadLines(text).Select(document => format == "webhook" ? document["data"]!.AsObject() : document);

    private static ExportLogsServiceRequest Events(int count)
    {
        var request = OtlpClient.Logs("shop", Enumerable.Range(0, count).Select(_ => ""));
        for (var i = 0; i < count; i++)
        {
            var record = request.ResourceLogs[0].ScopeLogs[0].LogRecords[i];
            record.EventName = "order.paid";
            record.Body = new() { IntValue = i };
        }

        return request;
    }

    /// <summary>Hands requests on, and loses the first answer to each.</summary>
    private sealed class Relay : IDisposable
    {
        private readonly HttpClient _http = new();
        private readonly HashSet<string> _lost = [];

        public Relay(HttpSink sink, string target) => sink.AnswerWith(request => new SinkAnswer(true, async context =>
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(target + request.Target)) { Content = new ByteArrayContent(request.Body) };
            foreach (var (name, value) in request.Headers.Where(header => header.Key is "content-type" || header.Key.StartsWith("webhook-", StringComparison.Ordinal)))
            {
                if (!message.Headers.TryAddWithoutValidation(name, value))
                {
                    message.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }

            using var answer = await _http.SendAsync(message);
            if (answer.IsSuccessStatusCode && IsFirst(request.Headers["webhook-id"]))
            {
                context.Abort();
                return;
            }

            context.Response.StatusCode = (int)answer.StatusCode;
        }));

        public int Lost
        {
            get
            {
                lock (_lost)
                {
                    return _lost.Count;
                }
            }
        }

        public void Dispose() => _http.Dispose();

        private bool IsFirst(string id)
        {
            lock (_lost)
            {
                return _lost.Add(id);
            }
        }
    }
}
