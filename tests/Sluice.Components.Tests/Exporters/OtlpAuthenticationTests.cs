using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Components.Exporters.OtlpGrpcExporter;
using Sluice.Components.Exporters.OtlpHttpExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Components;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Exporters;

/// <summary>Authenticators of both exporters.</summary>
public sealed class OtlpAuthenticationTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task An_authenticator_has_the_last_word_about_the_headers_of_every_attempt(string transport)
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(transport, sink, new CountingAuthenticator());

        await DeliverAsync(exporter);
        await DeliverAsync(exporter);

        Assert.Equal(["attempt 1 after ours", "attempt 2 after ours"], sink.Requests.Select(request => request.Headers["authorization"]));
        Assert.All(sink.Requests, request => Assert.False(request.Headers.ContainsKey("x-removed")));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task Without_credentials_nothing_is_sent(string transport)
    {
        await using var sink = await OtlpSink.StartAsync();
        await using var exporter = await StartAsync(transport, sink, new EmptyAuthenticator());

        await Assert.ThrowsAsync<InvalidOperationException>(() => DeliverAsync(exporter));

        Assert.Empty(sink.Requests);
    }

    private Task<DeliveryOutcome> DeliverAsync(IExporter exporter) => ExporterFixture.DeliverAsync(
        exporter, _fixture.Segment(Signal.Logs, ExportLogsServiceRequest.Parser.ParseFrom(TestRequests.Encode(Signal.Logs, "a"))));

    private Task<IExporter> StartAsync(string transport, OtlpSink sink, IExtension extension)
    {
        _fixture.Extensions = new ExtensionSet(new Dictionary<string, IExtension> { ["probe"] = extension });
        var headers = new Dictionary<string, Secret> { ["Authorization"] = new("ours"), ["x-removed"] = new("1") };
        return transport == "http"
            ? _fixture.StartAsync(new OtlpHttpExporterFactory(), new OtlpHttpExporterOptions { Endpoint = sink.Http, Headers = headers, Auth = new() { Authenticator = "probe" } })
            : _fixture.StartAsync(new OtlpGrpcExporterFactory(), new OtlpGrpcExporterOptions { Endpoint = sink.Grpc, Tls = new() { Insecure = true }, Headers = headers, Auth = new() { Authenticator = "probe" } });
    }

    private sealed class CountingAuthenticator : IExtension, IClientAuthenticator
    {
        private int _attempts;

        public IReadOnlyList<BoundEndpoint> Endpoints => [];

        public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public ValueTask ApplyAsync(IOutgoingHeaders headers, CancellationToken cancellationToken)
        {
            headers.Set("authorization", $"attempt {++_attempts} after {headers.Get("authorization")}");
            headers.Remove("x-removed");
            return ValueTask.CompletedTask;
        }
    }

    private sealed class EmptyAuthenticator : IExtension, IClientAuthenticator
    {
        public IReadOnlyList<BoundEndpoint> Endpoints => [];

        public Task StartAsync(IRuntimeStatus status, CancellationToken cancellationToken) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public ValueTask ApplyAsync(IOutgoingHeaders headers, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("The token file is empty.");
    }
}
