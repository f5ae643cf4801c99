using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Testing;
using Sluice.Transport.Health;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.Health;

public sealed class HealthEndpointTests
{
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public async Task The_first_page_answers_as_long_as_the_process_works()
    {
        var snapshot = Snapshot(started: false, HealthState.Failed);
        _time.Advance(TimeSpan.FromSeconds(90));

        var (status, body) = await GetAsync(snapshot, "/");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("Server available", body.GetProperty("status").GetString());
        Assert.Equal("2026-01-01T00:00:00.000Z", body.GetProperty("upSince").GetString());
        Assert.Equal("1m30s", body.GetProperty("uptime").GetString());
    }

    [Theory]
    [InlineData(true, HealthState.Healthy, HttpStatusCode.OK, "ready")]
    [InlineData(true, HealthState.Pending, HttpStatusCode.OK, "ready")]
    [InlineData(true, HealthState.Degraded, HttpStatusCode.OK, "ready")]
    [InlineData(true, HealthState.Failed, HttpStatusCode.ServiceUnavailable, "failed")]
    [InlineData(false, HealthState.Healthy, HttpStatusCode.ServiceUnavailable, "not started")]
    public async Task Readiness_needs_everything_started_and_nothing_failed(bool started, HealthState state, HttpStatusCode expected, string word)
    {
        var (status, body) = await GetAsync(Snapshot(started, state), "/ready");

        Assert.Equal(expected, status);
        Assert.Equal(word, body.GetProperty("status").GetString());
        var component = body.GetProperty("components").EnumerateArray().Single();
        Assert.Equal("exporter", component.GetProperty("kind").GetString());
        Assert.Equal("kafka/one", component.GetProperty("id").GetString());
        Assert.Equal(state.ToString().ToLowerInvariant(), component.GetProperty("state").GetString());
        Assert.Equal("no broker answers; check brokers", component.GetProperty("reason").GetString());
        Assert.Equal("2026-01-01T00:00:00.000Z", component.GetProperty("since").GetString());
    }

    /// <summary>Who only asks whether records are taken leaves out those who deliver them.</summary>
    [Theory]
    [InlineData("/ready?exclude=exporter", true, HttpStatusCode.OK, "ready")]
    [InlineData("/ready?exclude=receiver&exclude=exporter", true, HttpStatusCode.OK, "ready")]
    [InlineData("/ready?exclude=receiver", true, HttpStatusCode.ServiceUnavailable, "failed")]
    [InlineData("/ready?exclude=", true, HttpStatusCode.ServiceUnavailable, "failed")]
    [InlineData("/ready?exclude=exporter", false, HttpStatusCode.ServiceUnavailable, "not started")]
    public async Task A_kind_of_component_can_be_left_out_of_readiness_and_is_told_of_nevertheless(string path, bool started, HttpStatusCode expected, string word)
    {
        var (status, body) = await GetAsync(Snapshot(started, HealthState.Failed), path);

        Assert.Equal(expected, status);
        Assert.Equal(word, body.GetProperty("status").GetString());
        Assert.Equal("failed", body.GetProperty("components").EnumerateArray().Single().GetProperty("state").GetString());
    }

    private HealthSnapshot Snapshot(bool started, HealthState state) => new(
        started,
        _time.GetUtcNow(),
        [new ComponentStatus("exporter", "kafka/one", new HealthReport(state, "no broker answers; check brokers", _time.GetUtcNow()))]);

    private async Task<(HttpStatusCode Status, JsonElement Body)> GetAsync(HealthSnapshot snapshot, string path)
    {
        await using var host = await HealthEndpoint.StartAsync(
            TestServer.Options() with { Time = _time }, "/", () => snapshot, NullLogger.Instance, TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{host.Address}") };
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        using var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return (answer.StatusCode, json.RootElement.Clone());
    }
}
