using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Testing;
using Sluice.Testing.Sinks;
using Sluice.Transport.HttpServer;
using Sluice.Transport.Tests.Support;
using Sluice.Transport.Tls;

namespace Sluice.Transport.Tests.Tls;

public sealed class TlsServerTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sluice-test-").FullName;
    private readonly TestAuthority _authority = new();
    private readonly ManualTimeProvider _time = new();
    private readonly ListLogger _log = new();

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Theory]
    [InlineData(false, "1.1", "HTTP/1.1")]
    [InlineData(false, "2.0", "HTTP/2")]
    [InlineData(true, "2.0", "HTTP/2")]
    public async Task A_client_that_trusts_the_authority_is_served(bool http2Only, string version, string expected)
    {
        await using var host = await StartAsync(Options("one"), http2Only);
        using var client = Client(host, version: Version.Parse(version));

        Assert.Equal(expected, await client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_client_that_does_not_trust_it_is_not()
    {
        await using var host = await StartAsync(Options("one"));
        using var other = new TestAuthority("Other");
        using var client = Client(host, authority: other);

        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task With_authorities_for_clients_only_those_whom_they_vouch_for_are_served()
    {
        var options = Options("one") with { ClientCaFile = Write("clients.pem", _authority.Pem) };
        await using var host = await StartAsync(options);
        using var other = new TestAuthority("Other");
        using var known = _authority.Issue("client");
        using var unknown = other.Issue("client");

        Assert.Equal("HTTP/1.1", await GetAsync(host, known));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(host, unknown));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(host, null));
    }

    [Fact]
    public async Task Authorities_for_clients_are_read_again_when_that_is_wanted()
    {
        using var next = new TestAuthority("Next");
        using var client = next.Issue("client");
        var options = Options("one") with { ClientCaFile = Write("clients.pem", _authority.Pem), ClientCaFileReload = true };
        await using var host = await StartAsync(options);
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(host, client));

        Write("clients.pem", next.Pem);
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("HTTP/1.1", await GetAsync(host, client));
    }

    [Fact]
    public async Task Certificates_are_read_again_at_the_interval_and_kept_when_they_cannot_be()
    {
        var options = Options("one") with { ReloadInterval = TimeSpan.FromMinutes(1) };
        await using var host = await StartAsync(options);
        Assert.Equal("CN=one", await SubjectAsync(host));

        WriteIdentity("two");
        Assert.Equal("CN=one", await SubjectAsync(host));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=two", await SubjectAsync(host));

        Write("cert.pem", "nonsense");
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("CN=two", await SubjectAsync(host));
        Assert.Contains(_log.Lines, line => line.Contains("could not be read again", StringComparison.Ordinal) && line.Contains("cert_file", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_client_of_an_older_version_is_refused()
    {
        await using var host = await StartAsync(Options("one") with { MinVersion = TlsVersion.Tls13 });
        using var old = Client(host, protocols: SslProtocols.Tls12);
        using var current = Client(host, protocols: SslProtocols.Tls13);

        await Assert.ThrowsAsync<HttpRequestException>(() => old.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken));
        Assert.Equal("HTTP/1.1", await current.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Cipher_suites_are_those_that_are_named()
    {
        const string Suite = "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384";
        await using var host = await StartAsync(Options("one") with { CipherSuites = [Suite], MaxVersion = TlsVersion.Tls12 });

        await using var stream = await ConnectAsync(host);

        Assert.Equal(Suite, stream.NegotiatedCipherSuite.ToString());
    }

    [Theory]
    [InlineData("ca.pem", "receivers::test::tls::client_ca_file: holds no certificate; it begins with -----BEGIN CERTIFICATE-----")]
    [InlineData("cert.pem", "receivers::test::tls::cert_file: holds no certificate; it begins with -----BEGIN CERTIFICATE-----")]
    [InlineData("key.pem", "receivers::test::tls::key_file: is not the key of the certificate")]
    public async Task A_file_that_cannot_be_used_names_its_key_at_start(string file, string expected)
    {
        var options = Options("one") with { ClientCaFile = Write("ca.pem", _authority.Pem) };
        Write(file, "nonsense");

        var refusal = await Assert.ThrowsAsync<ComponentStartException>(() => StartAsync(options));

        Assert.StartsWith(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "cert_file")]
    [InlineData("{cert_file: a, key_file: b, key_pem: c}", "key_pem")]
    [InlineData("{cert_file: a, key_file: b, min_version: '1.3', max_version: '1.2'}", "max_version")]
    [InlineData("{cert_file: a, key_file: b, min_version: '1.1'}", "min_version")]
    [InlineData("{cert_file: a, key_file: b, client_ca_file_reload: true}", "client_ca_file_reload")]
    [InlineData("{cert_file: a, key_file: b, cipher_suites: [RC4]}", "cipher_suites")]
    public void What_cannot_work_is_an_error_at_its_key(string yaml, string key)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        var bag = new DiagnosticBag();
        OptionBinder.Bind<TlsServerOptions>(loaded.Root, bag, "tls");

        Assert.Contains(bag.Items, item => item.Severity == DiagnosticSeverity.Error && item.Key == $"tls::{key}");
    }

    private TlsServerOptions Options(string name)
    {
        WriteIdentity(name);
        return new TlsServerOptions { CertFile = Path.Combine(_directory, "cert.pem"), KeyFile = Path.Combine(_directory, "key.pem") };
    }

    private void WriteIdentity(string name)
    {
        using var certificate = _authority.Issue(name, loopback: true);
        Write("key.pem", TestAuthority.KeyPem(certificate));
        Write("cert.pem", certificate.ExportCertificatePem());
    }

    private string Write(string file, string text)
    {
        var path = Path.Combine(_directory, file);
        File.WriteAllText(path, text);
        return path;
    }

    private Task<HttpHost> StartAsync(TlsServerOptions tls) => StartAsync(tls, http2Only: false);

    private Task<HttpHost> StartAsync(TlsServerOptions tls, bool http2Only) => HttpHost.StartAsync(
        TestServer.Options(http2Only) with { Tls = tls, Time = _time },
        context => context.Response.WriteAsync(context.Request.Protocol),
        _log,
        TestContext.Current.CancellationToken);

    private async Task<string> GetAsync(HttpHost host, X509Certificate2? certificate)
    {
        using var client = Client(host, certificate: certificate);
        return await client.GetStringAsync(new Uri("/", UriKind.Relative), TestContext.Current.CancellationToken);
    }

    private async Task<string> SubjectAsync(HttpHost host)
    {
        await using var stream = await ConnectAsync(host);
        return stream.RemoteCertificate!.Subject;
    }

    private async Task<SslStream> ConnectAsync(HttpHost host)
    {
        var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(IPEndPoint.Parse(host.Address), TestContext.Current.CancellationToken);
        var stream = new SslStream(client.GetStream(), leaveInnerStreamOpen: false);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", CertificateChainPolicy = Trust(_authority) },
            TestContext.Current.CancellationToken);
        return stream;
    }

    private HttpClient Client(
        HttpHost host, Version? version = null, TestAuthority? authority = null, X509Certificate2? certificate = null, SslProtocols protocols = SslProtocols.None)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = Trust(authority ?? _authority);
        handler.SslOptions.EnabledSslProtocols = protocols;
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];
        }

        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://{host.Address}"),
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    private static X509ChainPolicy Trust(TestAuthority authority)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority.Certificate);
        return policy;
    }
}
