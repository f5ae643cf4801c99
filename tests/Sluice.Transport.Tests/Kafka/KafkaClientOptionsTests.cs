using System.Text;
using Sluice.Configuration;
using Sluice.Transport.Kafka;

namespace Sluice.Transport.Tests.Kafka;

public sealed class KafkaClientOptionsTests
{
    [Fact]
    public void By_default_the_local_broker_is_spoken_to_in_the_clear()
    {
        var properties = PropertiesOf("{}");

        Assert.Equal("localhost:9092", properties["bootstrap.servers"]);
        Assert.Equal("otel-collector", properties["client.id"]);
        Assert.Equal("540000", properties["connections.max.idle.ms"]);
        Assert.Equal("plaintext", properties["security.protocol"]);
    }

    [Fact]
    public void Brokers_and_times_are_handed_on()
    {
        var properties = PropertiesOf("""
            brokers: [a:1, b:2]
            client_id: edge
            conn_idle_timeout: 0s
            metadata: { refresh_interval: 30s, retry: { backoff: 100ms } }
            """);

        Assert.Equal("a:1,b:2", properties["bootstrap.servers"]);
        Assert.Equal("edge", properties["client.id"]);
        Assert.Equal("0", properties["connections.max.idle.ms"]);
        Assert.Equal("30000", properties["topic.metadata.refresh.interval.ms"]);
        Assert.Equal("100", properties["topic.metadata.refresh.fast.interval.ms"]);
    }

    [Theory]
    [InlineData("PLAIN", "PLAIN")]
    [InlineData("SCRAM-SHA-256", "SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512", "SCRAM-SHA-512")]
    public void A_user_proves_who_it_is(string mechanism, string property)
    {
        var properties = PropertiesOf($"auth: {{ sasl: {{ mechanism: {mechanism}, username: edge, password: hush }} }}");

        Assert.Equal("sasl_plaintext", properties["security.protocol"]);
        Assert.Equal(property, properties["sasl.mechanism"]);
        Assert.Equal("edge", properties["sasl.username"]);
        Assert.Equal("hush", properties["sasl.password"]);
    }

    [Fact]
    public void Tls_checks_who_the_broker_is()
    {
        var properties = PropertiesOf("tls: { ca_file: /ca.pem, cert_file: /c.pem, key_file: /k.pem }");

        Assert.Equal("ssl", properties["security.protocol"]);
        Assert.Equal("/ca.pem", properties["ssl.ca.location"]);
        Assert.Equal("/c.pem", properties["ssl.certificate.location"]);
        Assert.Equal("/k.pem", properties["ssl.key.location"]);
        Assert.Equal("true", properties["enable.ssl.certificate.verification"]);
        Assert.Equal("https", properties["ssl.endpoint.identification.algorithm"]);
    }

    [Fact]
    public void Tls_and_sasl_go_together()
    {
        var properties = PropertiesOf("""
            tls: { insecure_skip_verify: true, ca_pem: authority, cert_pem: certificate, key_pem: key }
            auth: { sasl: { mechanism: PLAIN, username: a, password: b } }
            """);

        Assert.Equal("sasl_ssl", properties["security.protocol"]);
        Assert.Equal("authority", properties["ssl.ca.pem"]);
        Assert.Equal("certificate", properties["ssl.certificate.pem"]);
        Assert.Equal("key", properties["ssl.key.pem"]);
        Assert.Equal("false", properties["enable.ssl.certificate.verification"]);
        Assert.Equal("none", properties["ssl.endpoint.identification.algorithm"]);
    }

    [Fact]
    public void Tls_that_is_insecure_is_no_tls() => Assert.Equal("plaintext", PropertiesOf("tls: { insecure: true }")["security.protocol"]);

    [Theory]
    [InlineData("brokers: []", "brokers", "name at least one, such as kafka-1:9092")]
    [InlineData("brokers: ['a:1,b:2']", "brokers[0]", "write host:port, each broker as an item of its own")]
    [InlineData("auth: { sasl: { mechanism: PLAIN, username: a } }", "auth::sasl::password", "give both")]
    [InlineData("auth: { sasl: { mechanism: PLAIN, password: a } }", "auth::sasl::username", "give both")]
    [InlineData("auth: { sasl: { mechanism: OAUTHBEARER } }", "auth::sasl::oauthbearer", "give token, token_file, or token_url with client_id and client_secret")]
    [InlineData("auth: { sasl: { mechanism: PLAIN, username: a, password: b, oauthbearer: { token: c } } }", "auth::sasl::oauthbearer", "remove it, or use mechanism: OAUTHBEARER")]
    [InlineData("auth: { sasl: { mechanism: OAUTHBEARER, oauthbearer: { } } }", "auth::sasl::oauthbearer::token", "give one of token, token_file and token_url")]
    [InlineData("auth: { sasl: { mechanism: OAUTHBEARER, oauthbearer: { token: a, token_file: b } } }", "auth::sasl::oauthbearer::token", "give one of token, token_file and token_url")]
    [InlineData("auth: { sasl: { mechanism: OAUTHBEARER, oauthbearer: { token_url: 'https://idp/token', client_id: a } } }", "auth::sasl::oauthbearer::client_secret", "give all three, or none")]
    [InlineData("auth: { sasl: { mechanism: OAUTHBEARER, oauthbearer: { token_url: idp, client_id: a, client_secret: b } } }", "auth::sasl::oauthbearer::token_url", "write one such as https://idp.example.com/token")]
    [InlineData("tls: { server_name_override: kafka }", "tls::server_name_override", "name brokers in advertised.listeners as their certificates do")]
    [InlineData("tls: { min_version: '1.3' }", "tls::min_version", "set MinProtocol in the configuration of OpenSSL")]
    [InlineData("tls: { reload_interval: 1h }", "tls::reload_interval", "restart Sluice when certificates change")]
    public void What_cannot_work_is_refused_with_a_remedy(string yaml, string key, string remedy)
    {
        var (_, diagnostics) = Bind(yaml);

        var error = Assert.Single(diagnostics.Items);
        Assert.Equal("kafka::" + key, error.Key);
        Assert.Equal(remedy, error.Remedy);
    }

    private static Dictionary<string, string> PropertiesOf(string yaml)
    {
        var (options, diagnostics) = Bind(yaml);
        Assert.Empty(diagnostics.Items);
        return KafkaProperties.Of(options!);
    }

    private static (KafkaClientOptions? Options, DiagnosticBag Diagnostics) Bind(string yaml)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        return (OptionBinder.Bind<TestOptions>(loaded.Root, loaded.Diagnostics, "kafka"), loaded.Diagnostics);
    }

    internal sealed record TestOptions : KafkaClientOptions;
}
