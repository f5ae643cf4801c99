using Sluice.Components.Receivers.OtlpReceiver;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Tests.Receivers.OtlpReceiver;

public sealed class OtlpReceiverOptionsTests
{
    [Fact]
    public void A_bare_protocol_takes_the_defaults_of_the_Collector()
    {
        var (options, diagnostics) = Bind("protocols: {grpc: , http: }");

        Assert.Empty(diagnostics.Items);
        Assert.Equal("localhost:4317", options.Protocols.Grpc!.Endpoint.ToString());
        Assert.Equal(4 << 20, options.Protocols.Grpc.MaxMessageSize);
        Assert.Equal("localhost:4318", options.Protocols.Http!.Endpoint.ToString());
        Assert.Equal("/v1/logs", options.Protocols.Http.LogsUrlPath);
        Assert.Equal(20 << 20, options.Protocols.Http.BodyLimits.MaxSize);
    }

    [Fact]
    public void A_protocol_that_is_not_named_is_off()
    {
        var (options, _) = Bind("protocols: {http: {endpoint: 0.0.0.0:1}}");

        Assert.Null(options.Protocols.Grpc);
        Assert.Equal("0.0.0.0:1", options.Protocols.Http!.Endpoint.ToString());
    }

    [Theory]
    [InlineData("{}", "protocols", "the key is required")]
    [InlineData("protocols: {}", "protocols", "no protocol is given")]
    [InlineData("protocols: {grpc: {transport: unix}}", "endpoint", "is not a path, and transport is unix")]
    [InlineData("protocols: {http: {endpoint: /run/otlp.sock}}", "endpoint", "is a path, and transport is tcp")]
    [InlineData("protocols: {grpc: {transport: udp}}", "transport", "is not one of tcp, unix")]
    [InlineData("protocols: {grpc: {tls: {cert_file: a}}}", "key_file", "a server of TLS needs key_file or key_pem")]
    [InlineData("protocols: {grpc: {auth: {}}}", "authenticator", "the key is required")]
    [InlineData("protocols: {http: {auth: {authenticator: a, request_params: [t]}}}", "request_params", "the key is not supported")]
    [InlineData("protocols: {http: {cors: {allowed_origins: [\"https://*.*.com\"]}}}", "allowed_origins", "is not an origin")]
    [InlineData("protocols: {http: {cors: {allowed_origins: [a], allowed_headers: [\"a b\"]}}}", "allowed_headers", "is not the name of a header")]
    [InlineData("protocols: {http: {compression_algorithms: [gzip, snappy]}}", "compression_algorithms", "\"snappy\" is not supported")]
    [InlineData("protocols: {http: {logs_url_path: logs}}", "logs_url_path", "\"logs\" is not a path")]
    [InlineData("protocols: {http: {logs_url_path: /v1/traces}}", "logs_url_path", "the path of another signal")]
    [InlineData("protocols: {http: {max_request_body_size: 2GiB}}", "max_request_body_size", "")]
    public void What_cannot_work_is_an_error_at_its_key(string yaml, string key, string message)
    {
        var (_, diagnostics) = Bind(yaml);

        Assert.True(diagnostics.HasErrors);
        Assert.Contains(diagnostics.Items, item => item.Key.EndsWith(key, StringComparison.Ordinal) && item.Message.Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public void The_keys_of_servers_are_read()
    {
        var (options, diagnostics) = Bind("""
            protocols:
              grpc: {endpoint: /run/grpc.sock, transport: unix, auth: {authenticator: basicauth/a}, tls: {cert_file: c, key_file: k, client_ca_file: ca}}
              http: {auth: {authenticator: bearertokenauth}, cors: {allowed_origins: ["http://*"], max_age: 7200}, max_connections: 5, max_requests_per_second: 9}
            """);

        Assert.Empty(diagnostics.Items);
        Assert.Equal("/run/grpc.sock", options.Protocols.Grpc!.Endpoint.Path);
        Assert.Equal("ca", options.Protocols.Grpc.Tls!.ClientCaFile);
        Assert.Equal(7200, options.Protocols.Http!.Cors!.MaxAge);
        Assert.Equal((5, 9), (options.Protocols.Http.MaxConnections, options.Protocols.Http.MaxRequestsPerSecond));
        Assert.Equal(
            [
                new ExtensionReference("protocols::grpc::auth::authenticator", "basicauth/a", ExtensionRoles.ServerAuthenticator),
                new ExtensionReference("protocols::http::auth::authenticator", "bearertokenauth", ExtensionRoles.ServerAuthenticator),
            ],
            options.UsedExtensions);
    }

    private static (OtlpReceiverOptions Options, DiagnosticBag Diagnostics) Bind(string yaml)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        Assert.Empty(loaded.Diagnostics.Items);
        var bag = new DiagnosticBag();
        return (OptionBinder.Bind<OtlpReceiverOptions>(loaded.Root, bag, "receivers::otlp"), bag);
    }
}
