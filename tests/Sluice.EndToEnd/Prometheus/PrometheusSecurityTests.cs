using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Testing;
using Sluice.Testing.Sinks;

namespace Sluice.EndToEnd.Prometheus;

/// <summary>A real Prometheus that asks for TLS, a client's certificate, name and password, scraped by Sluice.</summary>
public sealed class PrometheusSecurityTests
{
    /// <summary>The password of <see cref="Hash"/>; both are a vector of crypt_blowfish.</summary>
    private const string Password = "U*U";

    private const string Hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    [Fact]
    public async Task Only_a_scrape_with_all_that_Prometheus_asks_for_gets_through()
    {
        PrometheusServer.SkipUnlessInstalled();
        using var authority = new TestAuthority();
        using var other = new TestAuthority("Somebody else");
        using var server = authority.Issue("prometheus.test", loopback: true);
        using var client = authority.Issue("scraper.test");
        await using var prometheus = await PrometheusServer.StartAsync(
            "global: {}",
            [],
            files: new Dictionary<string, string>
            {
                ["web.yml"] =
                    $$"""
                    tls_server_config: {cert_file: server.pem, key_file: server.key, client_auth_type: RequireAndVerifyClientCert, client_ca_file: ca.pem}
                    basic_auth_users: {scraper: '{{Hash}}'}
                    """,
                ["server.pem"] = server.ExportCertificatePem(),
                ["server.key"] = TestAuthority.KeyPem(server),
                ["ca.pem"] = authority.Pem,
            });
        var directory = Sluice.Testing.Processes.SluiceProcess.CreateDirectory();
        await File.WriteAllTextAsync(Path.Combine(directory, "ca.pem"), authority.Pem);
        await File.WriteAllTextAsync(Path.Combine(directory, "other.pem"), other.Pem);
        await File.WriteAllTextAsync(Path.Combine(directory, "client.pem"), client.ExportCertificatePem());
        await File.WriteAllTextAsync(Path.Combine(directory, "client.key"), TestAuthority.KeyPem(client));
        await File.WriteAllTextAsync(Path.Combine(directory, "password"), Password + "\n");

        const string Identity = "cert_file: client.pem, key_file: client.key";
        const string Credentials = "basic_auth: {username: scraper, password_file: password}";
        var jobs = new Dictionary<string, string>
        {
            ["welcome"] = $"{Credentials}, tls_config: {{ca_file: ca.pem, {Identity}}}",
            ["by-name"] = $"{Credentials}, tls_config: {{ca_file: ca.pem, server_name: prometheus.test, {Identity}}}",
            ["unchecked"] = $"{Credentials}, tls_config: {{insecure_skip_verify: true, {Identity}}}",
            ["no-password"] = $"tls_config: {{ca_file: ca.pem, {Identity}}}",
            ["wrong-password"] = $"basic_auth: {{username: scraper, password: wrong}}, tls_config: {{ca_file: ca.pem, {Identity}}}",
            ["no-certificate"] = $"{Credentials}, tls_config: {{ca_file: ca.pem}}",
            ["wrong-authority"] = $"{Credentials}, tls_config: {{ca_file: other.pem, {Identity}}}",
            ["wrong-name"] = $"{Credentials}, tls_config: {{ca_file: ca.pem, server_name: other.test, {Identity}}}",
        };
        await using var sluice = await Instance.StartAsync(
            $$"""
            receivers:
              prometheus:
                config:
                  global: {scrape_interval: 2s}
                  scrape_configs:
            {{string.Join('\n', jobs.Select(job => $"        - {{job_name: {job.Key}, scheme: https, static_configs: [{{targets: ['{prometheus.Address}']}}], {job.Value}}}"))}}
            exporters:
              file: {path: out.jsonl, format: json}
            service:
              pipelines:
                metrics: {receivers: [prometheus], exporters: [file]}
            """,
            directory);

        // Once is enough: a scrape may also be late on a busy machine.
        HashSet<string> expected = ["by-name=1", "no-certificate=0", "no-password=0", "unchecked=1", "welcome=1", "wrong-authority=0", "wrong-name=0", "wrong-password=0"];
        HashSet<string> up = [];
        await Eventually.TrueAsync(
            async () => (up = [.. (await UpAsync(sluice.PathOf("out.jsonl"))).GroupBy(one => one.Job).Select(job => $"{job.Key}={job.Max(one => one.Value)}")]).SetEquals(expected),
            () => $"jobs get in, or not; they were {string.Join(", ", up)}; {sluice.Process.Output}");
        Assert.Contains("prometheus_build_info", await File.ReadAllTextAsync(sluice.PathOf("out.jsonl")), StringComparison.Ordinal);
        await Eventually.TrueAsync(() => sluice.Process.Output.Contains("401", StringComparison.Ordinal), "the log says what Prometheus answered");
        Assert.DoesNotContain(Password, sluice.Process.Output, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<(string Job, double Value)>> UpAsync(string path) =>
        from line in File.Exists(path) ? (await File.ReadAllTextAsync(path)).Split('\n').SkipLast(1) : []
        from resource in JsonNode.Parse(line)!["resourceMetrics"]!.AsArray()
        let job = resource["resource"]!["attributes"]!.AsArray().Single(attribute => (string?)attribute!["key"] == "service.name")!["value"]!["stringValue"]!.ToString()
        from scope in resource["scopeMetrics"]!.AsArray()
        from metric in scope["metrics"]!.AsArray()
        where (string?)metric["name"] == "up"
        from point in metric["gauge"]!["dataPoints"]!.AsArray()
        where point!["asDouble"] is not null
        select (job, (double)point["asDouble"]!);
}
