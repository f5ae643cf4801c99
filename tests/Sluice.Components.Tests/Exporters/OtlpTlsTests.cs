using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Components.Exporters.OtlpGrpcExporter;
using Sluice.Components.Exporters.OtlpHttpExporter;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Components;
using Sluice.Testing.Sinks;
using Sluice.Transport.Tls;

namespace Sluice.Components.Tests.Exporters;

/// <summary>TLS of both exporters, against servers with certificates of an authority that only the test knows.</summary>
public sealed class OtlpTlsTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();
    private readonly TestAuthority _authority = new();

    public async ValueTask DisposeAsync()
    {
        _authority.Dispose();
        await _fixture.DisposeAsync();
    }

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task A_server_is_trusted_whose_authority_is_named(string transport)
    {
        using var certificate = _authority.Issue("sink", loopback: true);
        await using var sink = await OtlpSink.StartAsync(certificate);
        using var stranger = new TestAuthority();

        Assert.Equal(DeliveryStatus.Delivered, await TryAsync(transport, sink, new() { CaFile = Write("ca.pem", _authority.Pem) }));
        Assert.Equal(DeliveryStatus.Delivered, await TryAsync(transport, sink, new() { CaPem = _authority.Pem, IncludeSystemCaCertsPool = true, MinVersion = TlsVersion.Tls13 }));
        Assert.Equal(DeliveryStatus.Delivered, await TryAsync(transport, sink, new() { InsecureSkipVerify = true }));
        Assert.Equal(DeliveryStatus.Retry, await TryAsync(transport, sink, new()));
        Assert.Equal(DeliveryStatus.Retry, await TryAsync(transport, sink, new() { CaPem = stranger.Pem }));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task The_name_of_the_certificate_must_be_the_one_asked_for(string transport)
    {
        using var certificate = _authority.Issue("sink.example");
        await using var sink = await OtlpSink.StartAsync(certificate);

        Assert.Equal(DeliveryStatus.Retry, await TryAsync(transport, sink, new() { CaPem = _authority.Pem }));
        Assert.Equal(DeliveryStatus.Retry, await TryAsync(transport, sink, new() { CaPem = _authority.Pem, ServerNameOverride = "other.example" }));
        Assert.Equal(DeliveryStatus.Delivered, await TryAsync(transport, sink, new() { CaPem = _authority.Pem, ServerNameOverride = "sink.example" }));
    }

    [Theory]
    [InlineData("http")]
    [InlineData("grpc")]
    public async Task A_client_shows_its_certificate_to_a_server_that_asks(string transport)
    {
        using var server = _authority.Issue("sink", loopback: true);
        using var client = _authority.Issue("agent-7");
        await using var sink = await OtlpSink.StartAsync(server, _authority.Certificate);
        var tls = new TlsClientOptions { CaPem = _authority.Pem };

        Assert.Equal(DeliveryStatus.Retry, await TryAsync(transport, sink, tls));
        Assert.Equal(DeliveryStatus.Delivered, await TryAsync(transport, sink, tls with
        {
            CertFile = Write("client.pem", client.ExportCertificatePem()),
            KeyFile = Write("client.key", TestAuthority.KeyPem(client)),
        }));
        Assert.Equal("CN=agent-7", sink.Requests[^1].ClientName);
    }

    [Fact]
    public async Task Files_are_read_again_at_the_interval_and_kept_when_that_fails()
    {
        using var first = new TestAuthority();
        using var certificate = _authority.Issue("sink", loopback: true);
        await using var sink = await OtlpSink.StartAsync(certificate);
        var file = Write("ca.pem", first.Pem);
        await using var exporter = await _fixture.StartAsync(new OtlpHttpExporterFactory(), new OtlpHttpExporterOptions
        {
            Endpoint = sink.Http,
            DisableKeepAlives = true,
            Tls = new() { CaFile = file, ReloadInterval = TimeSpan.FromMinutes(5) },
        });

        Assert.Equal(DeliveryStatus.Retry, (await ExporterFixture.DeliverAsync(exporter, Segment())).Status);
        Write("ca.pem", _authority.Pem);
        Assert.Equal(DeliveryStatus.Retry, (await ExporterFixture.DeliverAsync(exporter, Segment())).Status);
        _fixture.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(exporter, Segment())).Status);
        Write("ca.pem", "nonsense");
        _fixture.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(exporter, Segment())).Status);
        Assert.Contains(_fixture.Log, line => line.Contains("ca_file: holds no certificate", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_cannot_be_used_stops_the_start_and_is_named()
    {
        using var client = _authority.Issue("agent");
        using var other = _authority.Issue("other");
        (TlsClientOptions Tls, string Expected)[] cases =
        [
            (new() { CaFile = "/nowhere/ca.pem" }, "exporters::otlp_http::tls::ca_file: cannot be read: "),
            (new() { CaPem = "text" }, "exporters::otlp_http::tls::ca_pem: holds no certificate"),
            (new() { CertPem = client.ExportCertificatePem(), KeyPem = new Secret(TestAuthority.KeyPem(other)) }, "exporters::otlp_http::tls::key_pem: is not the key of the certificate"),
            (new() { CertPem = client.ExportCertificatePem(), KeyPem = new Secret("text") }, "exporters::otlp_http::tls::key_pem: is not the key of the certificate"),
        ];
        foreach (var (tls, expected) in cases)
        {
            var problem = await Assert.ThrowsAsync<ComponentStartException>(
                () => _fixture.StartAsync(new OtlpHttpExporterFactory(), new OtlpHttpExporterOptions { Endpoint = "https://localhost:1", Tls = tls }));
            Assert.StartsWith(expected, problem.Message, StringComparison.Ordinal);
        }
    }

    private async Task<DeliveryStatus> TryAsync(string transport, OtlpSink sink, TlsClientOptions tls)
    {
        await using var exporter = transport == "http"
            ? await _fixture.StartAsync(new OtlpHttpExporterFactory(), new OtlpHttpExporterOptions { Endpoint = sink.Http, Tls = tls })
            : await _fixture.StartAsync(new OtlpGrpcExporterFactory(), new OtlpGrpcExporterOptions { Endpoint = sink.Grpc, Tls = tls });
        return (await ExporterFixture.DeliverAsync(exporter, Segment())).Status;
    }

    private DeliverySegment Segment() => _fixture.Segment(Signal.Logs, ExportLogsServiceRequest.Parser.ParseFrom(TestRequests.Encode(Signal.Logs, "a")));

    private string Write(string name, string text)
    {
        var path = Path.Combine(_fixture.Directory, name);
        File.WriteAllText(path, text);
        return path;
    }
}
