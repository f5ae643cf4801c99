using Sluice.Components.Exporters.HttpExporter;
using Sluice.Components.Exporters.HttpStatuses;
using Sluice.Configuration;
using Sluice.Transport.HttpClients;

namespace Sluice.Components.Tests.Exporters.HttpExporter;

public sealed class HttpExporterOptionsTests
{
    private const string Endpoint = "endpoint: http://sink/in\n";

    [Theory]
    [InlineData("{}", "endpoint", "the key is required")]
    [InlineData("endpoint: sink:80", "endpoint", "is not an address of HTTP")]
    [InlineData("endpoint: ftp://sink", "endpoint", "is not an address of HTTP")]
    [InlineData("endpoint: http://me:hunter2@sink/in?key=hunter2", "endpoint", "\"…@sink/in\" holds credentials")]
    [InlineData(Endpoint + "method: GET", "method", "is not one of")]
    [InlineData(Endpoint + "content_type: json", "content_type", "is not a content type")]
    [InlineData(Endpoint + "content_type: text/plain\nformat: cloudevents_binary", "content_type", "in binary mode the type is that of each event's data")]
    [InlineData(Endpoint + "format: cloudevents\nsending_queue: {batch: {max_size: 10, min_size: 1}}", "sending_queue::batch", "has no effect on requests that hold one record")]
    [InlineData(Endpoint + "format: json\nsending_queue: {batch: {max_size: 10, min_size: 1}}", "sending_queue::batch", "has no effect on requests that hold one record")]
    [InlineData(Endpoint + "on_status: {ok: deliver}", "on_status", "\"ok\" is neither a status")]
    [InlineData(Endpoint + "on_status: {1xx: deliver}", "on_status", "\"1xx\" is neither a status")]
    [InlineData(Endpoint + "on_status: {500: drop}", "on_status::500", "is not one of")]
    [InlineData(Endpoint + "signing: {}", "signing::secrets", "there is no secret to sign with")]
    [InlineData(Endpoint + "signing: {secrets: [\"\"]}", "signing::secrets[0]", "")]
    [InlineData(Endpoint + "signing: {secrets: [hunter2], secrets_file: f}", "signing::secrets_file", "is given beside secrets")]
    [InlineData(Endpoint + "signing: {secrets: [hunter2!]}", "signing::secrets", "secret 0 (counted from 0) is not base64")]
    [InlineData(Endpoint + "signing: {secrets: [whsec_AAAA]}", "signing::secrets", "has 3 bytes, where Standard Webhooks demands 24 to 64")]
    [InlineData(Endpoint + "signing: {secrets_file: f}\nheaders: {Webhook-Id: x}", "headers", "\"Webhook-Id\" belongs to the signature")]
    [InlineData(Endpoint + "headers: {content-type: x}", "headers", "belongs to the exporter")]
    public void What_cannot_work_is_an_error_at_its_key(string yaml, string key, string message)
    {
        var (_, diagnostics) = Bind(yaml);

        Assert.Contains(
            diagnostics.Items,
            item => item.Key.StartsWith($"exporters::http::{key}", StringComparison.Ordinal) && item.Message.Contains(message, StringComparison.Ordinal));
        Assert.All(diagnostics.Items, item => Assert.DoesNotContain("hunter2", DiagnosticFormatter.Format(item), StringComparison.Ordinal));
    }

    [Fact]
    public void The_defaults_suit_most_servers()
    {
        var (options, diagnostics) = Bind(Endpoint);

        Assert.False(diagnostics.HasErrors);
        Assert.Equal((HttpFormat.JsonLines, HttpExportMethod.Post, ClientCompression.None), (options.Format, options.Method, options.Compression));
    }

    [Fact]
    public void Everything_can_be_said()
    {
        var (options, diagnostics) = Bind(
            Endpoint + """
            method: PUT
            format: otlp_json
            compression: gzip
            on_status: {409: deliver, 5xx: reject, 404: retry, 418: split, 400: hold}
            signing: {secrets: [whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw]}
            headers: {webhook-version: "1"}
            sending_queue: {batch: {max_size: 10, min_size: 1}}
            """);

        Assert.Empty(diagnostics.Items);
        Assert.Equal(
            [StatusAction.Deliver, StatusAction.Reject, StatusAction.Retry, StatusAction.Split, StatusAction.Hold],
            options.OnStatus.Values);
        Assert.DoesNotContain("MfKQ9r8G", options.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("MfKQ9r8G", options.Signing!.ToString(), StringComparison.Ordinal);
    }

    private static (HttpExporterOptions Options, DiagnosticBag Diagnostics) Bind(string yaml)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        return (OptionBinder.Bind<HttpExporterOptions>(loaded.Root, loaded.Diagnostics, "exporters::http"), loaded.Diagnostics);
    }
}
