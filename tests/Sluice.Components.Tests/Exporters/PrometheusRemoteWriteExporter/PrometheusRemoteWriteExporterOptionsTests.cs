using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Components.Tests.Processors.Support;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

public sealed class PrometheusRemoteWriteExporterOptionsTests
{
    [Theory]
    [InlineData("endpoint: nowhere", "endpoint")]
    [InlineData("endpoint: http://a\nexternal_labels: {a.b: x, a_b: y}", "external_labels")]
    [InlineData("endpoint: http://a\nexternal_labels: {a: \"\"}", "external_labels")]
    [InlineData("endpoint: http://a\nmax_batch_size_bytes: 5", "max_batch_size_bytes")]
    [InlineData("endpoint: http://a\non_status: {40x: hold}", "on_status")]
    [InlineData("endpoint: http://a\nheaders: {x-prometheus-remote-write-version: 2.0.0}", "headers")]
    [InlineData("endpoint: http://a\nheaders: {User-Agent: me}", "headers")]
    [InlineData("endpoint: http://a\nheaders: {Content-Type: text/plain}", "headers")]
    [InlineData("endpoint: http://a\nprotobuf_message: io.prometheus.write.v3.Request", "protobuf_message")]
    [InlineData("endpoint: http://a\nconvert_histograms_to_nhcb: true", "convert_histograms_to_nhcb")]
    [InlineData("endpoint: http://a\ntranslation_strategy: NoTranslation\nadd_metric_suffixes: false", "add_metric_suffixes")]
    [InlineData("endpoint: http://a\nhttp: {endpoint: http://b}", "http")]
    public void What_cannot_be_is_an_error_at_its_key(string yaml, string key) =>
        Assert.Contains(key, ProcessorHarness.Errors(new PrometheusRemoteWriteExporterFactory(), yaml), StringComparison.Ordinal);
}
