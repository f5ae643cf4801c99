using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Buffers;
using Sluice.Components.Receivers.ElasticsearchReceiver;
using Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;
using Sluice.Components.Receivers.ElasticsearchReceiver.Documents;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Transport.Bodies;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>The parser of bulk requests on random, cut and damaged ones.</summary>
public sealed class BulkPropertyTests
{
    private static readonly string[] Names =
    [
        "message", "log.level", "log", "level", "service", "name", "host", "os", "trace", "trace.id", "id", "span", "event", "action", "labels", "error",
        "custom", "a", "b.c", "tags", "process", "pid", "data_stream", "type", "@version", "é", "kubernetes", "namespace", "",
    ];

    [Fact]
    public void Each_item_is_answered_in_order_and_exactly_the_good_ones_are_taken() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var body = new StringBuilder();
            var expected = new List<(string Operation, int Status)>();
            var messages = new List<string>();
            for (var i = random.Next(1, 30); i > 0; i--)
            {
                AppendItem(random, body, expected, messages);
            }

            var (refusal, request, answer) = Read(Encoding.UTF8.GetBytes(body.ToString()));

            Assert.Null(refusal);
            Assert.Equal(expected, Items(answer));
            Assert.Equal(messages, Records(request).Select(record => record.Attributes.Last().Value.StringValue));
        }).Check(300);

    [Fact]
    public void A_request_that_is_cut_off_anywhere_or_damaged_is_read_or_refused_and_nothing_else() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var text = new StringBuilder();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                AppendItem(random, text, [], []);
            }

            var body = Encoding.UTF8.GetBytes(text.ToString());
            for (var length = 0; length < body.Length; length++)
            {
                var (refusal, request, answer) = Read(body.AsSpan(0, length));

                // What does not end in a newline is cut off for sure.
                Assert.True(refusal is { Outcome: ElasticsearchOutcome.BadData } || body[length - 1] == '\n');
                Assert.Equal(Records(request).Count(), refusal is null ? Items(answer).Count(item => item.Status == 201) : 0);
            }

            for (var i = 0; i < 50; i++)
            {
                var damaged = body.ToArray();
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                var (refusal, request, answer) = Read(damaged);
                Assert.Equal(Records(request).Count(), refusal is null ? Items(answer).Count(item => item.Status == 201) : 0);
            }
        }).Check(Environment.GetEnvironmentVariable("SLUICE_SOAK") == "1" ? 200 : 4);

    [Fact]
    public void Any_bytes_are_read_or_refused_and_nothing_else() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            Read(bytes);
            Read([.. "{\"create\":{}}\n"u8, .. bytes, (byte)'\n']);
            Read([.. "{\"index\":{\""u8, .. bytes, .. "\":1}}\n{}\n"u8]);
        }).Check(1000);

    [Fact]
    public void No_value_of_a_document_is_lost_or_made_up() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var document = RandomObject(new Random(seed), 3);
            var container = Assert.Single(Documents.Write("journal", document.ToJsonString()).ResourceLogs);
            var record = Assert.Single(Assert.Single(container.ScopeLogs).LogRecords);
            var values = record.Attributes.Where(attribute => attribute.Key != "elasticsearch.index").Concat(container.Resource.Attributes).Select(attribute => attribute.Value);
            var kept = (record.Body is null ? values : values.Append(record.Body)).SelectMany(Leaves).ToList();
            AddUnlessEmpty(kept, record.SeverityText);
            AddUnlessEmpty(kept, record.EventName);
            AddUnlessEmpty(kept, Convert.ToHexStringLower(record.TraceId.Span));
            AddUnlessEmpty(kept, Convert.ToHexStringLower(record.SpanId.Span));

            Assert.Equal(Leaves(document).Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
        }).Check(500);

    private static void AppendItem(Random random, StringBuilder body, List<(string Operation, int Status)> expected, List<string> messages)
    {
        var operation = random.Next(2) == 0 ? "create" : "index";
        var seq = random.Next().ToString(CultureInfo.InvariantCulture);
        var index = random.Next(3) switch { 0 => "\"_index\":\"logs-a-b\"", 1 => "\"_index\":\"journal\"", _ => "" };
        var id = random.Next(3) switch { 0 => "\"_id\":\"caf\\u00e9\"", 1 => $"\"_id\":{seq}", _ => "" };
        var parameters = string.Join(',', new[] { index, id }.Where(parameter => parameter.Length > 0));
        if (random.Next(4) == 0)
        {
            body.Append(random.Next(2) == 0 ? "\n" : " \r\n");
        }

        var document = RandomObject(random, 2);
        switch (random.Next(8))
        {
            case 0:
                body.Append(CultureInfo.InvariantCulture, $"{{\"delete\":{{{parameters}}}}}\n");
                expected.Add(("delete", 400));
                return;
            case 1:
                body.Append(CultureInfo.InvariantCulture, $"{{\"update\":{{{parameters}}}}}\n{document.ToJsonString()}\n");
                expected.Add(("update", 400));
                return;
            case 2:
                var text = document.ToJsonString();
                body.Append(CultureInfo.InvariantCulture, $"{{\"{operation}\":{{{parameters}}}}}\n{text[..random.Next(text.Length)]}\n");
                expected.Add((operation, 400));
                return;
            default:
                document["seq"] = seq;
                body.Append(CultureInfo.InvariantCulture, $"{{\"{operation}\":{{{parameters}}}}}{(random.Next(3) == 0 ? "\r" : "")}\n{document.ToJsonString()}\n");
                expected.Add((operation, 201));
                messages.Add(seq);
                return;
        }
    }

    private static JsonObject RandomObject(Random random, int depth)
    {
        var result = new JsonObject();
        for (var i = random.Next(6); i > 0; i--)
        {
            result[Names[random.Next(Names.Length)]] = RandomValue(random, depth);
        }

        return result;
    }

    private static JsonNode? RandomValue(Random random, int depth) => random.Next(depth > 0 ? 9 : 6) switch
    {
        0 => random.Next(-5, 1 << 20),
        1 => random.NextDouble() + 0.5,
        2 => random.Next(2) == 0,
        3 => null,
        4 => "0af7651916cd43dd8448eb211c80319c"[..(random.Next(3) * 16)],
        5 => $"text \"{random.Next(100)}\" é\n",
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => RandomValue(random, depth - 1))]),
        _ => RandomObject(random, depth - 1),
    };

    private static IEnumerable<string> Leaves(JsonNode? node) => node switch
    {
        null => ["null"],
        JsonObject members => members.SelectMany(member => Leaves(member.Value)),
        JsonArray items => items.SelectMany(Leaves),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.String => [value.GetValue<string>()],
            JsonValueKind.Number when value.ToJsonString().Contains('.', StringComparison.Ordinal) => [value.GetValue<double>().ToString("R", CultureInfo.InvariantCulture)],
            _ => [value.ToJsonString()],
        },
        _ => throw new ArgumentException(node.ToJsonString(), nameof(node)),
    };

    private static IEnumerable<string> Leaves(AnyValue value) => value.ValueCase switch
    {
        AnyValue.ValueOneofCase.ArrayValue => value.ArrayValue.Values.SelectMany(Leaves),
        AnyValue.ValueOneofCase.KvlistValue => value.KvlistValue.Values.SelectMany(pair => Leaves(pair.Value)),
        _ => [Documents.Text(value)],
    };

    private static void AddUnlessEmpty(List<string> values, string value)
    {
        if (value.Length > 0)
        {
            values.Add(value);
        }
    }

    /// <summary>Reads a body as the receiver does; whatever comes of it, all memory is back, and what was taken is what the indexer takes.</summary>
    private static (ElasticsearchAnswer? Refusal, ExportLogsServiceRequest Request, string Answer) Read(ReadOnlySpan<byte> body)
    {
        using var pool = new BufferPool(new() { Tracking = true });
        using var lease = new BudgetLease(new ByteBudget("test", 64 << 20));
        using var writer = new DocumentWriter(pool);
        using var answer = new BulkAnswer(pool, isShort: false);
        var reader = new BulkReader(body, new BulkDefaults("journal"u8.ToArray(), [], []), writer, answer, null, lease, 1, 16 << 20);
        if (reader.Read() is { } refusal)
        {
            return (refusal, new ExportLogsServiceRequest(), "");
        }

        var records = writer.Finish(out var length);
        var request = ExportLogsServiceRequest.Parser.ParseFrom(records.Array, 0, length);
        using (var batch = OtlpIndexer.Index(Signal.Logs, records, 0, length, new TelemetryPool(pool), IndexLimits.Default).Batch!)
        {
            Assert.Equal((writer.Count, 0), (batch.Count, batch.Rejections.Records));
        }

        return (null, request, Encoding.UTF8.GetString([.. answer.Head(default), .. answer.Items.Span, .. BulkAnswer.Tail.Span]));
    }

    private static IEnumerable<OpenTelemetry.Proto.Logs.V1.LogRecord> Records(ExportLogsServiceRequest request) =>
        request.ResourceLogs.SelectMany(container => container.ScopeLogs).SelectMany(scope => scope.LogRecords);

    private static IEnumerable<(string Operation, int Status)> Items(string answer) =>
        JsonNode.Parse(answer)!["items"]!.AsArray().Select(item => item!.AsObject().Single()).Select(item => (item.Key, (int)item.Value!["status"]!));
}
