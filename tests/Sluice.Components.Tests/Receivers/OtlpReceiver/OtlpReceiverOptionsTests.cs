using Sluice.Components.Receivers.OtlpReceiver;
using Sluice.Configuration;

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
    [InlineData("protocols: {grpc: {transport: unix}}", "transport", "\"unix\" is not supported")]
    [InlineData("protocols: {grpc: {tls: {cert_file: a}}}", "tls", "the key is not supported")]
    [InlineData("protocols: {http: {cors: {allowed_origins: [a]}}}", "cors", "the key is not supported")]
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

    private static (OtlpReceiverOptions Options, DiagnosticBag Diagnostics) Bind(string yaml)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        Assert.Empty(loaded.Diagnostics.Items);
        var bag = new DiagnosticBag();
        return (OptionBinder.Bind<OtlpReceiverOptions>(loaded.Root, bag, "receivers::otlp"), bag);
    }
}
