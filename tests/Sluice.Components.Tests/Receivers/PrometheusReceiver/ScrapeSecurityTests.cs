using System.Text;
using Sluice.Components.Tests.Receivers.PrometheusReceiver.Support;
using Sluice.Runtime.Contracts;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

/// <summary>TLS, credentials and proxies of scrapes, over real sockets.</summary>
public sealed class ScrapeSecurityTests : IAsyncLifetime
{
    private const string Page = "a 1\n";

    private readonly ScrapeBench _bench = new();
    private readonly TestAuthority _authority = new();
    private string _ca = "";

    public async ValueTask InitializeAsync() => _ca = await FileAsync("ca.pem", _authority.Pem);

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task A_target_with_a_certificate_of_the_named_authority_is_scraped()
    {
        using var certificate = _authority.Issue("target.test", loopback: true);
        await using var target = await StartAsync(certificate);
        await _bench.StartAsync(target.Address, $"scheme: https, tls_config: {{ca_file: '{_ca}'}}");
        Assert.Contains("url.scheme=https", (await _bench.PointAsync("a")).ResourceText, StringComparison.Ordinal);
        Assert.Equal("HTTP/2", target.Seen.First().Protocol);
    }

    [Fact]
    public async Task A_target_with_a_certificate_of_somebody_else_is_not()
    {
        using var certificate = _authority.Issue("target.test", loopback: true);
        await using var target = await StartAsync(certificate);
        using var other = new TestAuthority("Somebody else");
        await _bench.StartAsync(target.Address, $"scheme: https, tls_config: {{ca_file: '{await FileAsync("other.pem", other.Pem)}'}}");
        Assert.Contains("; name the authority that signed its certificate as ca_file", await _bench.ProblemAsync(), StringComparison.Ordinal);
        Assert.Empty(target.Seen);
    }

    [Fact]
    public async Task A_target_that_speaks_no_TLS_is_told_of_as_such()
    {
        await using var target = await StartAsync();
        await _bench.StartAsync(target.Address, "scheme: https");
        Assert.Contains("; what answers there does not speak TLS: name the port where it does, or connect without (scheme: http)", await _bench.ProblemAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Certificates_are_not_checked_where_that_is_asked_for()
    {
        using var certificate = _authority.Issue("target.test");
        await using var target = await StartAsync(certificate);
        await _bench.StartAsync(target.Address, "scheme: https, tls_config: {insecure_skip_verify: true}");
        await _bench.PointAsync("a");
    }

    [Theory]
    [InlineData("target.test", true)]
    [InlineData("other.test", false)]
    public async Task The_name_that_a_certificate_must_have_can_be_given(string name, bool fits)
    {
        using var certificate = _authority.Issue("target.test");
        await using var target = await StartAsync(certificate);
        await _bench.StartAsync(target.Address, $"scheme: https, tls_config: {{ca_file: '{_ca}', server_name: {name}}}");
        if (fits)
        {
            await _bench.PointAsync("a");
            Assert.Equal(name, target.ServerNames.First());
        }
        else
        {
            Assert.Contains("; its certificate is of another name than the address", await _bench.ProblemAsync(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_target_that_asks_for_a_certificate_gets_it(bool isShown)
    {
        using var certificate = _authority.Issue("target.test", loopback: true);
        using var own = _authority.Issue("scraper.test");
        await using var target = await StartAsync(certificate, clients: true);
        var files = isShown ? $", cert_file: '{await FileAsync("own.pem", own.ExportCertificatePem())}', key_file: '{await FileAsync("own.key", TestAuthority.KeyPem(own))}'" : "";
        await _bench.StartAsync(target.Address, $"scheme: https, tls_config: {{ca_file: '{_ca}'{files}}}");
        if (isShown)
        {
            await _bench.PointAsync("a");
        }
        else
        {
            await _bench.ProblemAsync();
            Assert.Empty(target.Seen);
        }
    }

    [Fact]
    public async Task A_file_of_TLS_that_cannot_be_used_ends_the_start()
    {
        await using var receiver = _bench.Create("{config: {scrape_configs: [{job_name: job, scheme: https, tls_config: {ca_file: /nonexistent.pem}, static_configs: [{targets: ['localhost:1']}]}]}}");
        var error = await Assert.ThrowsAsync<ComponentStartException>(() => receiver.StartAsync(CancellationToken.None));
        Assert.Contains("receivers::prometheus::config::scrape_configs (job job)::tls_config::ca_file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Name_and_password_are_sent_along()
    {
        await using var target = await StartAsync();
        target.Authorization = Basic("käthe", "se:cret");
        await _bench.StartAsync(target.Address, "basic_auth: {username: käthe, password: 'se:cret'}");
        await _bench.PointAsync("a");
    }

    [Theory]
    [InlineData("basic_auth: {username: me, password_file: '$file'}", "Basic bWU6b2xk", "Basic bWU6bmV3")]
    [InlineData("authorization: {credentials_file: '$file'}", "Bearer old", "Bearer new")]
    public async Task Credentials_in_a_file_may_change(string options, string before, string after)
    {
        var file = await FileAsync("credentials", "old\n");
        await using var target = await StartAsync();
        target.Authorization = before;
        await _bench.StartAsync(target.Address, options.Replace("$file", file, StringComparison.Ordinal));
        await _bench.PointAsync("a");

        target.Authorization = after;
        Assert.Contains("it answered 401", await _bench.ProblemAsync(), StringComparison.Ordinal);
        await FileAsync("credentials.new", "new\n");
        File.Move(Path.Combine(_bench.Directory, "credentials.new"), file, overwrite: true);
        await _bench.PointAsync("up", point => point.Number == 1);
        Assert.Contains(_bench.Log.Lines, line => line.Contains("is scraped again", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_with_credentials_that_is_missing_is_told_of()
    {
        await using var target = await StartAsync();
        await _bench.StartAsync(target.Address, "authorization: {credentials_file: /nonexistent/token}");
        Assert.Contains("/nonexistent", await _bench.ProblemAsync(), StringComparison.Ordinal);
        Assert.Empty(target.Seen);
    }

    [Fact]
    public async Task Credentials_may_be_of_another_kind_than_bearer()
    {
        await using var target = await StartAsync();
        target.Authorization = "Token abc";
        await _bench.StartAsync(target.Address, "authorization: {type: Token, credentials: abc}");
        await _bench.PointAsync("a");
    }

    [Fact]
    public async Task A_proxy_gets_the_requests()
    {
        await using var target = await StartAsync();
        await using var proxy = new TestProxy { Authorization = Basic("me", "p w") };
        var port = target.Address.Split(':')[1];
        await _bench.StartAsync($"target.test:{port}", $"proxy_url: 'http://me:p%20w@{proxy.Address}'");
        Assert.Contains("server.address=target.test", (await _bench.PointAsync("a")).ResourceText, StringComparison.Ordinal);
        Assert.Contains($"GET http://target.test:{port}/metrics HTTP/1.1", proxy.Requests);
    }

    [Theory]
    [InlineData("target.test", "", true)]
    [InlineData("other.test", "", false)]
    [InlineData("other.test", ", server_name: target.test", true)]
    [InlineData("target.test", ", server_name: other.test", false)]
    public async Task A_proxy_makes_tunnels_for_TLS(string host, string options, bool fits)
    {
        using var certificate = _authority.Issue("target.test");
        using var own = _authority.Issue("scraper.test");
        await using var target = await StartAsync(certificate, clients: true);
        await using var proxy = new TestProxy();
        var port = target.Address.Split(':')[1];
        var files = $"cert_file: '{await FileAsync("own.pem", own.ExportCertificatePem())}', key_file: '{await FileAsync("own.key", TestAuthority.KeyPem(own))}'";
        await _bench.StartAsync($"{host}:{port}", $"scheme: https, tls_config: {{ca_file: '{_ca}', {files}{options}}}, proxy_url: 'http://{proxy.Address}'");
        if (fits)
        {
            await _bench.PointAsync("a");
        }
        else
        {
            Assert.Contains("certificate", await _bench.ProblemAsync(), StringComparison.Ordinal);
            Assert.Empty(target.Seen);
        }

        Assert.Contains($"CONNECT {host}:{port} HTTP/1.1", proxy.Requests);
    }

    [Fact]
    public async Task A_proxy_that_is_not_there_is_told_of()
    {
        await using var target = await StartAsync();
        await _bench.StartAsync(target.Address, "proxy_url: 'http://127.0.0.1:1'");
        await _bench.ProblemAsync();
        Assert.Empty(target.Seen);
    }

    private async Task<MetricsTarget> StartAsync(System.Security.Cryptography.X509Certificates.X509Certificate2? certificate = null, bool clients = false)
    {
        var target = await MetricsTarget.StartAsync(certificate, clients ? _authority.Certificate : null);
        target.Expose(Page);
        return target;
    }

    private async Task<string> FileAsync(string name, string content)
    {
        var file = Path.Combine(_bench.Directory, name);
        await File.WriteAllTextAsync(file, content);
        return file;
    }

    private static string Basic(string name, string password) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"));
}
