using System.IO.Compression;
using System.Text;
using OpenTelemetry.Proto.Common.V1;
using Sluice.Runtime.Contracts;
using Sluice.Testing;

namespace Sluice.Components.Tests.Receivers.WebhookReceiver;

public sealed class WebhookPlainTests
{
    private const string Endpoints =
        """
          orders: {path: /hooks/orders, secrets: [correct horse, battery staple]}
          open: {path: /hooks/open, verify: none}
          byhook: {path: /hooks/body, verify: none, event_name: "body:type", time: "body:at", id: "body:meta.id"}
        """;

    private const string Body = """{"type":"order.paid","id":7}""";

    // printf '%s' BODY | openssl dgst -sha256 -hmac 'correct horse', and the same with -binary | base64.
    private const string Hex = "45a5f377a2bd3a1d0b1db04a2c22f11a75cabc1f36508f625287e320c966a7be";
    private const string Base64 = "RaXzd6K9Oh0LHbBKLCLxGnXKvB82UI9iUofjIMlmp74=";

    [Theory]
    [InlineData(Hex)]
    [InlineData("sha256=" + Hex)]
    [InlineData(Base64)]
    [InlineData("sha256=" + Base64)]
    public async Task A_signed_request_becomes_an_event(string signature)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        var reply = await test.PostAsync("/hooks/orders", Body, ("X-Signature", signature), ("X-Event-Type", "order.paid"), ("X-Request-ID", "r-1"));

        Assert.Equal((202, ""), (reply.Status, reply.Body));
        var (_, record) = Assert.Single(test.Intake.Records);
        Assert.Equal("order.paid", record.EventName);
        Assert.Equal((ulong)test.Time.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000, record.ObservedTimeUnixNano);
        Assert.Equal("""{ "kvlistValue": { "values": [ { "key": "type", "value": { "stringValue": "order.paid" } }, { "key": "id", "value": { "intValue": "7" } } ] } }""", record.Body.ToString());
        Assert.Equal(new Dictionary<string, string> { ["webhook.endpoint"] = "orders", ["webhook.delivery.id"] = "r-1" }, WebhookUnderTest.Attributes(record));
        Assert.Equal(("webhook", "127.0.0.1"), (test.Intake.LastContext!.Receiver, test.Intake.LastContext.Peer));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("not hexadecimal")]
    [InlineData("truncated")]
    [InlineData("longer")]
    [InlineData("twice")]
    [InlineData("other secret")]
    public async Task What_is_not_rightly_signed_is_told_nothing(string fault)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        (string, string)[] headers = fault switch
        {
            "missing" => [],
            "empty" => [("X-Signature", "")],
            "not hexadecimal" => [("X-Signature", "zz")],
            "truncated" => [("X-Signature", Hex[..62])],
            "longer" => [("X-Signature", Hex + "00")],
            "twice" => [("X-Signature", Hex), ("X-Signature", Hex)],

            // The same with the secret "correct hors".
            _ => [("X-Signature", "74ae7d411a6538a611dc24dc6aeae90b1aa07c1dda421c84a602c97b3469b73e")],
        };

        var reply = await test.PostAsync("/hooks/orders", Body, headers);

        Assert.Equal((401, """{"error":"not authorized"}"""), (reply.Status, reply.Body));
        Assert.Empty(test.Intake.Records);
        Assert.StartsWith("signature_", Assert.Single(test.Intake.Refusals), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_flipped_bit_in_signature_or_body_is_refused()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        var body = Encoding.UTF8.GetBytes(Body);
        var signature = Convert.FromHexString(Hex);
        for (var bit = 0; bit < body.Length * 8; bit++)
        {
            var changed = Flip(body, bit);
            Assert.Equal(401, (await test.PostAsync("/hooks/orders", changed, "application/json", ("X-Signature", Hex))).Status);
        }

        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            var changed = Convert.ToHexString(Flip(signature, bit));
            Assert.Equal(401, (await test.PostAsync("/hooks/orders", body, "application/json", ("X-Signature", changed))).Status);
        }

        Assert.Empty(test.Intake.Records);
        Assert.Equal(202, (await test.PostAsync("/hooks/orders", body, "application/json", ("X-Signature", Hex))).Status);
    }

    [Fact]
    public async Task Each_live_secret_is_accepted_and_the_metric_says_which_matched()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        var matched = new List<string>();
        using var listener = new System.Diagnostics.Metrics.MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter == test.Meter && instrument.Name == "sluice_webhook_verified_requests")
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            matched.Add(string.Join(" ", tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}").Append(count.ToString(System.Globalization.CultureInfo.InvariantCulture)))));
        listener.Start();

        Assert.Equal(202, (await test.PostAsync("/hooks/orders", Body, ("X-Signature", Hex))).Status);

        // printf '%s' BODY | openssl dgst -sha256 -hmac 'battery staple'
        Assert.Equal(202, (await test.PostAsync("/hooks/orders", Body, ("X-Signature", "dbcce949ddc474264eb2ab6050eea5078f1d53bfeed93a9319804495c9bcb6f1"))).Status);
        Assert.Equal(["receiver=webhook endpoint=orders secret=0 1", "receiver=webhook endpoint=orders secret=1 1"], matched);
    }

    [Theory]
    [InlineData("""{"a":}""", "the body", "a: not valid JSON")]
    [InlineData("""[{"b":[1,2""", "the body", "[0].b")]
    [InlineData("\"\\ud800\"", "the body", "half of a surrogate pair")]
    [InlineData("", "the body", "not valid JSON")]
    [InlineData("[]", "the body", "there is no event in it")]
    [InlineData("""{"a":1} x""", "the body", "not valid JSON")]
    public async Task What_is_not_JSON_is_refused_with_the_place(string body, string what, string where)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        var reply = await test.PostAsync("/hooks/open", body);

        Assert.Equal(400, reply.Status);
        Assert.True(reply.Body.Contains(where, StringComparison.Ordinal) || reply.Body.Contains(what, StringComparison.Ordinal), reply.Body);
        Assert.Contains(where, reply.Body, StringComparison.Ordinal);
        Assert.Empty(test.Intake.Records);
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused_with_the_place()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        var reply = await test.PostAsync("/hooks/open", [.. "{\"name\":\"a"u8, 0xff, .. "\"}"u8], "application/json");

        Assert.Equal(400, reply.Status);
        Assert.Contains("name: not UTF-8 (at byte 10)", reply.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 202)]
    [InlineData(65, 400)]
    public async Task Values_are_as_deep_as_the_data_model_takes_them(int depth, int status)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        var reply = await test.PostAsync("/hooks/open", string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth));

        Assert.Equal(status, reply.Status);
    }

    [Fact]
    public async Task Other_requests_get_their_own_answers()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints, "max_request_body_size: 1KiB");

        Assert.Equal(404, (await test.PostAsync("/hooks/else", Body)).Status);
        var get = await test.SendAsync(HttpMethod.Get, "/hooks/open", null);
        Assert.Equal((405, "POST"), (get.Status, get.Headers["Allow"]));
        Assert.Equal(415, (await test.PostAsync("/hooks/open", Encoding.UTF8.GetBytes(Body), "text/plain")).Status);
        Assert.Equal(415, (await test.PostAsync("/hooks/open", Encoding.UTF8.GetBytes(Body), null)).Status);
        Assert.Equal(415, (await test.PostAsync("/hooks/open", Encoding.UTF8.GetBytes("a=b"), "application/x-www-form-urlencoded")).Status);
        Assert.Equal(413, (await test.PostAsync("/hooks/open", $"\"{new string('x', 1100)}\"")).Status);
        var coded = await test.PostAsync("/hooks/open", [1, 2, 3], "application/json", ("Content-Encoding", "gzip"));
        Assert.Equal((415, "identity"), (coded.Status, coded.Headers["Accept-Encoding"]));
        Assert.Empty(test.Intake.Records);
        Assert.Equal(["not_found", "method", "media_type", "media_type", "media_type", "too_large", "content_coding"], test.Intake.Refusals);
    }

    [Fact]
    public async Task A_body_may_be_compressed_where_that_is_allowed_and_is_signed_as_it_was_before()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints, "compression_algorithms: [\"\", gzip]");
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Body));
        }

        var reply = await test.PostAsync("/hooks/orders", compressed.ToArray(), "application/json", ("Content-Encoding", "gzip"), ("X-Signature", Hex));

        Assert.Equal(202, reply.Status);
    }

    [Theory]
    [InlineData(IntakeStatus.Busy, 429, "7")]
    [InlineData(IntakeStatus.Failed, 503, "7")]
    [InlineData(IntakeStatus.Closed, 503, "7")]
    [InlineData(IntakeStatus.TooLarge, 413, null)]
    public async Task What_the_intake_refuses_may_be_sent_again(IntakeStatus refusal, int status, string? retryAfter)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);
        test.Intake.Refusal = new IntakeResult(refusal, default, TimeSpan.FromSeconds(6.1), "no");

        var reply = await test.PostAsync("/hooks/open", Body, ("X-Request-ID", "r"));
        test.Intake.Refusal = null;
        var again = await test.PostAsync("/hooks/open", Body, ("X-Request-ID", "r"));

        Assert.Equal((status, retryAfter), (reply.Status, reply.Headers.GetValueOrDefault("Retry-After")));
        Assert.Equal(202, again.Status);
        Assert.Single(test.Intake.Records);
    }

    [Fact]
    public async Task Without_memory_it_is_busy()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints, intakeLimit: 5000);

        var reply = await test.PostAsync("/hooks/open", Body);

        Assert.Equal((429, "1"), (reply.Status, reply.Headers["Retry-After"]));
    }

    [Fact]
    public async Task Name_time_and_id_may_stand_in_the_body()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        await test.PostAsync("/hooks/body", """{"meta":{"id":12},"type":"a.b","at":"2026-01-01T00:00:01.123456789Z","x":1.5,"big":18446744073709551615,"n":null,"t":true,"l":["\u00e9"]}""");
        await test.PostAsync("/hooks/body", """{"at":1767225601.5}""");

        var record = test.Intake.Records[0].Record;
        Assert.Equal(("a.b", 1767225601_123456789UL), (record.EventName, record.TimeUnixNano));
        Assert.Equal("12", WebhookUnderTest.Attributes(record)["webhook.delivery.id"]);
        var body = record.Body.KvlistValue.Values.ToDictionary(value => value.Key, value => value.Value);
        Assert.Equal(1.5, body["x"].DoubleValue);
        Assert.Equal("18446744073709551615", body["big"].StringValue);
        Assert.Equal(AnyValue.ValueOneofCase.None, body["n"].ValueCase);
        Assert.True(body["t"].BoolValue);
        Assert.Equal("é", body["l"].ArrayValue.Values.Single().StringValue);
        Assert.Equal(("webhook.received", 1767225601_500000000UL), (test.Intake.Records[1].Record.EventName, test.Intake.Records[1].Record.TimeUnixNano));
    }

    [Theory]
    [InlineData("""[{"n":0}, {"n":1} ,{"n":2}]""", "application/json")]
    [InlineData("{\"n\":0}\n{\"n\":1}\r\n\n{\"n\":2}\n", "application/x-ndjson")]
    [InlineData("{\"n\":0}\n[{\"n\":1},{\"n\":2}]", "application/jsonl")]
    public async Task Arrays_and_lines_become_a_record_each_of_one_batch(string body, string contentType)
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        var reply = await test.PostAsync("/hooks/open", Encoding.UTF8.GetBytes(body), contentType, ("X-Request-ID", "b-1"), ("X-Event-Type", "tick"));

        Assert.Equal(202, reply.Status);
        Assert.Equal(["0 b-1 tick", "1 b-1 tick", "2 b-1 tick"], test.Intake.Records.Select(item =>
        {
            var attributes = WebhookUnderTest.Attributes(item.Record);
            Assert.Equal(attributes["webhook.batch.index"], item.Record.Body.KvlistValue.Values.Single().Value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture));
            return $"{attributes["webhook.batch.index"]} {attributes["webhook.batch.id"]} {item.Record.EventName}";
        }));
    }

    [Fact]
    public async Task A_trace_context_goes_into_the_record()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints);

        await test.PostAsync("/hooks/open", "1", ("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        await test.PostAsync("/hooks/open", "2", ("traceparent", "00-00000000000000000000000000000000-b7ad6b7169203331-01"));

        var (with, without) = (test.Intake.Records[0].Record, test.Intake.Records[1].Record);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", Convert.ToHexStringLower(with.TraceId.Span));
        Assert.Equal("b7ad6b7169203331", Convert.ToHexStringLower(with.SpanId.Span));
        Assert.Equal(1u, with.Flags);
        Assert.Equal(0, without.TraceId.Length);
    }

    [Fact]
    public async Task Headers_are_kept_where_that_is_asked_for_but_no_proof_of_a_sender()
    {
        await using var test = await WebhookUnderTest.StartAsync(Endpoints, "include_metadata: true");

        await test.PostAsync("/hooks/orders", Body, ("X-Signature", Hex), ("X-Event-Type", "a"), ("Cookie", "c=1"), ("Authorization", "Bearer x"));

        var kept = test.Intake.LastContext!.Headers.Select(header => header.Key).ToArray();
        Assert.Contains("x-event-type", kept);
        Assert.DoesNotContain(kept, name => name is "x-signature" or "cookie" or "authorization");
    }

    private static byte[] Flip(byte[] bytes, int bit)
    {
        byte[] changed = [.. bytes];
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
