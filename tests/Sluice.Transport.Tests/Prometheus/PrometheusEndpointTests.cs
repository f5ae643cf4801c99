using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Transport.Prometheus;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.Prometheus;

public sealed class PrometheusEndpointTests
{
    [Theory]
    [InlineData("GET", "/metrics", HttpStatusCode.OK)]
    [InlineData("HEAD", "/metrics", HttpStatusCode.OK)]
    [InlineData("POST", "/metrics", HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    public async Task The_path_answers_reads_only(string method, string path, HttpStatusCode expected)
    {
        using var meter = new Meter($"test.{Guid.NewGuid():N}");
        using var metrics = new MetricsCollector(m => m == meter);
        meter.CreateCounter<long>("sluice_part_things", description: "Things.").Add(2);
        await using var host = await PrometheusEndpoint.StartAsync(
            TestServer.Options(), metrics, NullLogger.Instance, TestContext.Current.CancellationToken);
        using var client = new HttpClient { BaseAddress = new Uri($"http://{host.Address}") };
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(expected, answer.StatusCode);
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        if (expected == HttpStatusCode.OK)
        {
            Assert.Equal("text/plain; version=0.0.4; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
            Assert.Equal(method == "HEAD" ? "" : "# HELP sluice_part_things_total Things.\n# TYPE sluice_part_things_total counter\nsluice_part_things_total 2\n", body);
        }
        else
        {
            Assert.Equal(expected == HttpStatusCode.MethodNotAllowed ? ["GET", "HEAD"] : [], answer.Content.Headers.Allow);
        }
    }
}
