using Sluice.Components.Tests.Receivers.WebhookReceiver;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using static Sluice.Components.Tests.Receivers.CloudEventsReceiver.CloudEventsUnderTest;

namespace Sluice.Components.Tests.Receivers.CloudEventsReceiver;

public sealed class CloudEventsReceiverTests
{
    [Fact]
    public async Task A_structured_event_is_a_record()
    {
        await using var test = await StartAsync();

        var reply = await test.PostAsync(Structured, Event("1", ",\"tenant\":\"blue\",\"data\":{\"order\":7}"));

        Assert.Equal((202, ""), (reply.Status, reply.Body));
        var record = Assert.Single(test.Records);
        Assert.Equal("com.example.paid", record.EventName);
        var attributes = WebhookUnderTest.Attributes(record);
        Assert.Equal(("1", "/shop", "blue"), (attributes["cloudevents.event_id"], attributes["cloudevents.event_source"], attributes["cloudevents.extension.tenant"]));
        Assert.Equal(7, record.Body.KvlistValue.Values[0].Value.IntValue);
    }

    [Fact]
    public async Task A_binary_event_is_a_record()
    {
        await using var test = await StartAsync();

        var reply = await test.PostBinaryAsync("1", "image/png", [0, 1, 255], ("CE-Tenant", "bl%C3%BCe"), ("ce-time", "2026-01-31T12:00:00Z"));

        Assert.Equal((202, ""), (reply.Status, reply.Body));
        var record = Assert.Single(test.Records);
        var attributes = WebhookUnderTest.Attributes(record);
        Assert.Equal(("image/png", "blüe"), (attributes["cloudevents.event_data_content_type"], attributes["cloudevents.extension.tenant"]));
        Assert.Equal(1_769_860_800_000_000_000UL, record.TimeUnixNano);
        Assert.Equal([0, 1, 255], record.Body.BytesValue.ToByteArray());
    }

    [Fact]
    public async Task A_binary_event_needs_neither_data_nor_a_content_type()
    {
        await using var test = await StartAsync();

        Assert.Equal(202, (await test.PostBinaryAsync("1", null, [])).Status);

        var record = Assert.Single(test.Records);
        Assert.Null(record.Body);
        Assert.DoesNotContain("cloudevents.event_data_content_type", WebhookUnderTest.Attributes(record).Keys);
    }

    [Fact]
    public async Task A_batch_is_a_record_for_each_event_in_its_order_and_may_be_empty()
    {
        await using var test = await StartAsync();

        Assert.Equal(202, (await test.PostAsync(Batched, $"[{Event("1")},\n{Event("2", ",\"data_base64\":\"AAE=\"")} , {Event("3")}]")).Status);
        Assert.Equal(202, (await test.PostAsync(Batched, " [ ] ")).Status);

        Assert.Equal(["1", "2", "3"], test.Records.Select(Id));
        Assert.Equal(1, test.Intake.Submissions);
    }

    [Fact]
    public async Task The_trace_is_that_of_the_event_or_else_that_of_the_request()
    {
        const string Hop = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        const string Origin = "00-0af7651916cd43dd8448eb211c80319c-b9c7c989f97918e1-01";
        await using var test = await StartAsync();

        await test.PostBinaryAsync("1", null, [], ("traceparent", Hop), ("ce-traceparent", Origin));
        await test.PostAsync(Structured, Event("2"), ("traceparent", Hop));
        await test.PostAsync(Structured, Event("3"));

        Assert.Equal(
            ["0af7651916cd43dd8448eb211c80319c", "4bf92f3577b34da6a3ce929d0e0e4736", ""],
            test.Records.Select(record => Convert.ToHexStringLower(record.TraceId.Span)));
    }

    [Theory]
    [InlineData(Structured, "{", "not JSON")]
    [InlineData(Structured, "[]", "the body: an event is a JSON object")]
    [InlineData(Structured, "{\"specversion\":\"1.0\",\"id\":\"1\",\"type\":\"t\"}", "source: is required and missing")]
    [InlineData(Batched, "{}", "the body: a batch is a JSON array of events")]
    [InlineData(Batched, "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\"},7]", "[1]: an event is a JSON object")]
    [InlineData(Batched, "[{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/\",\"type\":\"t\"},{\"specversion\":\"1.0\",\"id\":2}]", "[1].id: has to be a string")]
    public async Task What_is_no_event_is_refused_with_its_place_and_nothing_is_taken(string contentType, string body, string error)
    {
        await using var test = await StartAsync();

        var reply = await test.PostAsync(contentType, body);

        Assert.Equal(400, reply.Status);
        Assert.Contains(error, reply.Body, StringComparison.Ordinal);
        Assert.Empty(test.Records);
        Assert.Equal(["bad_data"], test.Intake.Refusals);
    }

    [Theory]
    [InlineData("ce-time", "yesterday", "header ce-time: \\\"yesterday\\\" is not a time")]
    [InlineData("ce-Tenant-Id", "7", "header ce-tenant-id: is no name of an attribute")]
    [InlineData("ce-datacontenttype", "text/plain", "header ce-datacontenttype: is the header Content-Type in binary mode")]
    [InlineData("ce-subject", "%ff", "header ce-subject: is not UTF-8")]
    public async Task A_header_that_is_wrong_is_named(string name, string value, string error)
    {
        await using var test = await StartAsync();

        var reply = await test.PostBinaryAsync("1", "text/plain", [65], (name, value));

        Assert.Equal(400, reply.Status);
        Assert.Contains(error, reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Required_headers_and_data_are_checked_too()
    {
        await using var test = await StartAsync();

        var missing = await test.SendAsync(HttpMethod.Post, "/", "text/plain", [65], ("ce-id", "1"));
        var notJson = await test.PostBinaryAsync("1", "application/json", "{\"a\":"u8.ToArray());

        Assert.Equal(400, missing.Status);
        Assert.Contains("header ce-specversion: is required and missing", missing.Body, StringComparison.Ordinal);
        Assert.Equal(400, notJson.Status);
        Assert.Contains("the body: is not JSON that can be kept", notJson.Body, StringComparison.Ordinal);
        Assert.Equal(2, notJson.Body.Split("the body").Length);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/cloudevents+avro")]
    [InlineData("application/cloudevents")]
    [InlineData("application/cloudevents-batch+xml")]
    [InlineData("application/cloudevents+json; charset=utf-16")]
    public async Task What_is_not_taken_is_415(string contentType)
    {
        await using var test = await StartAsync();

        Assert.Equal(415, (await test.PostAsync(contentType, Event("1"))).Status);
        Assert.Empty(test.Records);
    }

    [Fact]
    public async Task Another_path_or_method_is_refused_and_so_is_a_large_body()
    {
        await using var test = await StartAsync("path: /events\nmax_request_body_size: 1KiB");

        Assert.Equal(404, (await test.PostAsync(Structured, Event("1"))).Status);
        var get = await test.SendAsync(HttpMethod.Get, "/events", null, null);
        Assert.Equal((405, "POST, OPTIONS"), (get.Status, get.Headers["Allow"]));
        Assert.Equal(413, (await test.SendAsync(HttpMethod.Post, "/events", Structured, new byte[2000])).Status);
        Assert.Equal(["not_found", "method", "too_large"], test.Intake.Refusals);
        await Eventually.TrueAsync(() => test.Intake.Rejected.Count == 3, "an event of each refusal");
    }

    [Fact]
    public async Task What_the_intake_says_is_answered()
    {
        await using var test = await StartAsync();

        test.Intake.Refusal = new IntakeResult(IntakeStatus.Busy, default, TimeSpan.FromSeconds(7), "full");
        var busy = await test.PostAsync(Structured, Event("1"));
        test.Intake.Refusal = new IntakeResult(IntakeStatus.Failed, default, TimeSpan.FromSeconds(7), "disk");
        var failed = await test.PostAsync(Structured, Event("1"));
        test.Intake.Refusal = null;
        var taken = await test.PostAsync(Structured, Event("1"));

        Assert.Equal((429, "7"), (busy.Status, busy.Headers["Retry-After"]));
        Assert.Equal(503, failed.Status);
        Assert.Equal(202, taken.Status);
        Assert.Single(test.Records);
    }

    [Fact]
    public async Task Too_many_requests_are_told_to_come_again()
    {
        await using var test = await StartAsync("max_requests_per_second: 1");

        Assert.Equal(202, (await test.PostAsync(Structured, Event("1"))).Status);
        var throttled = await test.PostAsync(Structured, Event("2"));

        Assert.Equal(429, throttled.Status);
        Assert.Contains("Retry-After", throttled.Headers.Keys);
    }

    [Fact]
    public void A_path_and_origins_are_checked()
    {
        var (_, diagnostics) = Bind("path: events\nallowed_origins: [\"*\", \"*.example.com\", \"a b\", \"*a\"]");
        Assert.Equal(
            ["receivers::cloudevents::path", "receivers::cloudevents::allowed_origins", "receivers::cloudevents::allowed_origins"],
            diagnostics.Items.Select(item => item.Key));
    }

    private static string Id(OpenTelemetry.Proto.Logs.V1.LogRecord record) => WebhookUnderTest.Attributes(record)["cloudevents.event_id"];
}
