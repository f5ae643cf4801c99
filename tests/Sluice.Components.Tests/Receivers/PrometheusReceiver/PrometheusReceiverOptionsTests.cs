using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Tests.Processors.Support;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

public sealed class PrometheusReceiverOptionsTests
{
    private static readonly PrometheusReceiverFactory Factory = new();

    [Theory]
    [InlineData("job_name: ''", "job_name: is empty")]
    [InlineData("static_configs: [{}]", "the group 1 has no targets")]
    [InlineData("static_configs: [{targets: ['x:99999']}]", "the target \"x:99999\" is not a host with a port from 1 to 65535")]
    [InlineData("static_configs: [{targets: ['x:0']}]", "the target \"x:0\" has the port 0")]
    [InlineData("static_configs: [{targets: ['http://x:80']}]", "the target \"http://x:80\" is not a host with a port")]
    [InlineData("static_configs: [{targets: [x], labels: {__name__: y}}]", "a target cannot name the metrics that it exposes")]
    [InlineData("file_sd_configs: [{files: ['targets/*/x.json']}]", "has * in the name of a directory")]
    [InlineData("file_sd_configs: [{files: ['x.txt']}]", "does not say what it is")]
    [InlineData("file_sd_configs: [{files: []}]", "files: names no file")]
    [InlineData("relabel_configs: [{action: labeldrop, source_labels: [a], regex: b}]", "source_labels: has no effect beside action: labeldrop; take it out")]
    [InlineData("metric_relabel_configs: [{action: labelkeep, target_label: a, regex: b}]", "target_label: has no effect beside action: labelkeep")]
    [InlineData("relabel_configs: [{action: keepequal, source_labels: [a], target_label: b, regex: c}]", "regex: has no effect beside action: keepequal")]
    [InlineData("metric_relabel_configs: [{action: dropequal, source_labels: [a], target_label: b, replacement: c}]", "replacement: has no effect beside action: dropequal")]
    [InlineData("scrape_timeout: 61s", "the scrape_timeout of the job \"one\" is longer than the scrape_interval of global")]
    [InlineData("scrape_interval: 10s, scrape_timeout: 11s", "scrape_timeout: is longer than scrape_interval")]
    [InlineData("scrape_interval: 1200h", "scrape_interval")]
    [InlineData("authorization: {type: Token x, credentials: y}", "\"Token x\" is no name of a scheme")]
    [InlineData("authorization: {type: Token, credentials: \"x\\ny\"}", "has more than one line")]
    [InlineData("basic_auth: {password: x}", "username: is missing")]
    [InlineData("basic_auth: {username: x, username_file: y}", "stands beside username_file")]
    [InlineData("tls_config: {min_version: TLS10}", "TLS12")]
    [InlineData("tls_config: {min_version: TLS13, max_version: TLS12}", "is older than min_version")]
    [InlineData("tls_config: {cert_file: x}", "a certificate is given without its key")]
    [InlineData("http_headers: {X: {values: [y]}}", "basic_auth and authorization set the header Authorization")]
    [InlineData("relabel_configs: [{source_labels: [a], regex: '(', action: keep}]", "\"(\" is no regular expression")]
    public void What_cannot_be_meant_is_an_error(string job, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, Configuration(job)), StringComparison.Ordinal);

    [Fact]
    public void What_is_said_instead_of_scrape_config_files_works()
    {
        var directory = Directory.CreateTempSubdirectory("sluice-test-");
        try
        {
            var (list, single) = (Path.Combine(directory.FullName, "jobs.yaml"), Path.Combine(directory.FullName, "job.yaml"));
            File.WriteAllText(list, "- job_name: one\n  static_configs: [{targets: ['x:80']}]\n- job_name: two\n  static_configs: [{targets: ['y:80']}]\n");
            File.WriteAllText(single, "job_name: three\nstatic_configs: [{targets: ['z:80']}]\n");
            Assert.Contains("${file:jobs.yaml}", ProcessorHarness.Errors(Factory, $"{{config: {{scrape_config_files: ['{list}']}}}}"), StringComparison.Ordinal);
            Assert.Equal(["one", "two"], Jobs($"config: {{scrape_configs: '${{file:{list}}}'}}"));
            Assert.Equal(["three", "four"], Jobs($"config: {{scrape_configs: ['${{file:{single}}}', {Job("job_name: four, static_configs: [{targets: ['x:80']}]")}]}}"));
        }
        finally
        {
            directory.Delete(recursive: true);
        }

        static IEnumerable<string> Jobs(string yaml) => ((PrometheusReceiverOptions)ProcessorHarness.Bind(Factory, yaml)).Config.ScrapeConfigs.Select(job => job.JobName);
    }

    [Fact]
    public void A_global_timeout_fits_into_the_global_interval() =>
        Assert.Contains("config::global::scrape_timeout: is longer than scrape_interval", ProcessorHarness.Errors(Factory, $"{{config: {{global: {{scrape_timeout: 61s}}, scrape_configs: [{Job("")}]}}}}"), StringComparison.Ordinal);

    [Theory]
    [InlineData("basic_auth: {username_file: name, password_file: password}")]
    [InlineData("tls_config: {min_version: TLS13}")]
    [InlineData("metric_relabel_configs: [{action: labeldrop, regex: '(.*)'}, {action: keepequal, source_labels: [a, b], target_label: c, regex: '(.*)', replacement: $$1, separator: ;}]")]
    [InlineData("scrape_native_histograms: false, always_scrape_classic_histograms: true, fallback_scrape_protocol: PrometheusText0.0.4, keep_dropped_targets: 10")]
    [InlineData("static_configs: [{targets: ['https://example.com/probed']}], relabel_configs: [{source_labels: [__address__], target_label: __param_target}, {target_label: __address__, replacement: 'prober:9115'}]")]
    [InlineData("relabel_configs: [{source_labels: [a], regex: b, action: Keep}, {regex: c, action: LABELDROP}], metric_relabel_configs: [{source_labels: [a], modulus: 2, target_label: b, action: HashMod}]")]
    public void What_Prometheus_takes_is_taken(string job) => ProcessorHarness.Bind(Factory, Configuration(job));

    private static string Configuration(string job) => $"{{config: {{scrape_configs: [{Job(job)}]}}}}";

    private static string Job(string job)
    {
        var name = job.StartsWith("job_name", StringComparison.Ordinal) ? "" : "job_name: one, ";
        var targets = job.Contains("_configs: [{targets", StringComparison.Ordinal) || job.Contains("static_configs", StringComparison.Ordinal) || job.Contains("file_sd_configs", StringComparison.Ordinal)
            ? ""
            : "static_configs: [{targets: ['x:80']}], ";
        return $"{{{name}{targets}{job}}}";
    }
}
