using static Sluice.Components.Tests.Receivers.CloudEventsReceiver.CloudEventsUnderTest;

namespace Sluice.Components.Tests.Receivers.CloudEventsReceiver;

/// <summary>HTTP 1.1 Web Hooks for Event Delivery, section 4.</summary>
public sealed class WebHookHandshakeTests
{
    [Theory]
    [InlineData("", "*")]
    [InlineData("max_requests_per_second: 10", "600")]
    [InlineData("allowed_origins: [a.example, events.example.com]", "*")]
    [InlineData("allowed_origins: [\"*.Example.com\"]", "*")]
    public async Task A_system_that_may_send_is_told_so(string options, string rate)
    {
        await using var test = await StartAsync(options);

        var reply = await test.SendAsync(
            HttpMethod.Options, "/", null, null,
            ("WebHook-Request-Origin", "events.example.com"), ("WebHook-Request-Callback", "https://127.0.0.1:1/"), ("WebHook-Request-Rate", "120"));

        Assert.Equal(200, reply.Status);
        Assert.Equal(("events.example.com", rate), (reply.Headers["WebHook-Allowed-Origin"], reply.Headers["WebHook-Allowed-Rate"]));
        Assert.Equal("POST, OPTIONS", reply.Headers["Allow"]);
    }

    [Theory]
    [InlineData("example.com", 405)]
    [InlineData("evil-example.com", 405)]
    [InlineData(null, 405)]
    [InlineData("a b", 400)]
    [InlineData("https://events.example.com", 400)]
    public async Task Who_may_not_send_gets_no_permission(string? origin, int status)
    {
        await using var test = await StartAsync("allowed_origins: [\"*.example.com\"]");

        var reply = await test.SendAsync(HttpMethod.Options, "/", null, null, origin is null ? [] : [("WebHook-Request-Origin", origin)]);

        Assert.Equal(status, reply.Status);
        Assert.DoesNotContain(reply.Headers.Keys, name => name.StartsWith("WebHook-Allowed", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("fast")]
    public async Task A_rate_that_is_none_is_refused(string rate)
    {
        await using var test = await StartAsync();

        var reply = await test.SendAsync(HttpMethod.Options, "/", null, null, ("WebHook-Request-Origin", "a.example"), ("WebHook-Request-Rate", rate));

        Assert.Equal(400, reply.Status);
        Assert.Contains("WebHook-Request-Rate", reply.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_granted_where_nothing_is()
    {
        await using var test = await StartAsync("path: /events");
        Assert.Equal(404, (await test.SendAsync(HttpMethod.Options, "/", null, null, ("WebHook-Request-Origin", "a.example"))).Status);
    }
}
