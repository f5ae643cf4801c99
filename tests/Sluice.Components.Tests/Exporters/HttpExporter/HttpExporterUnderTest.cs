using System.Security.Cryptography;
using System.Text;
using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Components.Exporters.HttpExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Components;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Exporters.HttpExporter;

/// <summary>An exporter between batches of a test and a sink.</summary>
internal sealed class HttpExporterUnderTest : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private HttpExporterUnderTest(HttpSink sink) => Sink = sink;

    public ExporterFixture Fixture { get; } = new();

    public HttpSink Sink { get; }

    public IExporter Exporter { get; private set; } = null!;

    public static HttpSigningOptions Signing(params string[] secrets) => new() { Secrets = [.. secrets.Select(secret => new Secret(secret))] };

    /// <summary>Starts one that sends to the sink, whatever the endpoint says of scheme and host.</summary>
    public static async Task<HttpExporterUnderTest> StartAsync(HttpExporterOptions options, string target = "/in")
    {
        var test = new HttpExporterUnderTest(await HttpSink.StartAsync());
        try
        {
            test.Exporter = await test.Fixture.StartAsync(new HttpExporterFactory(), options with { Endpoint = test.Sink.Address + target });
            return test;
        }
        catch
        {
            await test.DisposeAsync();
            throw;
        }
    }

    public DeliverySegment Segment(params string[] names) =>
        Fixture.Segment(Signal.Logs, ExportLogsServiceRequest.Parser.ParseFrom(TestRequests.Encode(Signal.Logs, names)));

    public Task<DeliveryOutcome> DeliverAsync(params DeliverySegment[] segments) => ExporterFixture.DeliverAsync(Exporter, segments);

    /// <summary>Signatures as .NET's own HMAC makes them of what arrived.</summary>
    public static string Expected(HttpSinkRequest request, string secret)
    {
        byte[] content = [.. Encoding.ASCII.GetBytes($"{request.Headers["webhook-id"]}.{request.Headers["webhook-timestamp"]}."), .. request.Body];
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), content));
    }

    public async ValueTask DisposeAsync()
    {
        if (Exporter is not null)
        {
            await Exporter.DisposeAsync();
        }

        await Sink.DisposeAsync();
        await Fixture.DisposeAsync();
    }
}
