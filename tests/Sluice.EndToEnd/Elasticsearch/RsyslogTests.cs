using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Sluice.EndToEnd.Support;
using Sluice.Standins.Elasticsearch;

namespace Sluice.EndToEnd.Elasticsearch;

/// <summary>Debian's rsyslog with its module <c>omelasticsearch</c>.</summary>
public sealed class RsyslogTests
{
    private const string Program = "/usr/sbin/rsyslogd";
    private static readonly string[] Modules = ["/usr/lib/x86_64-linux-gnu/rsyslog", "/usr/lib/aarch64-linux-gnu/rsyslog", "/usr/lib/rsyslog", "/usr/lib64/rsyslog"];

    [Fact]
    public async Task Everything_that_it_ships_is_there_once_and_equal()
    {
        Assert.SkipUnless(
            File.Exists(Program) && Modules.Any(folder => File.Exists($"{folder}/omelasticsearch.so")),
            "rsyslog-elasticsearch is not installed: run tests/run --install");
        var count = ShippedDocuments.Count;
        await using var shipped = await ShippedDocuments.StartAsync("otel");
        var instance = shipped.Instance;
        var directory = instance.PathOf("rsyslog");
        Directory.CreateDirectory(directory);
        await File.WriteAllLinesAsync(
            Path.Combine(directory, "in.log"), Enumerable.Range(0, count).Select(i => $"SEQ-{i} quoted \"text\" and \\ and grüße"));
        await File.WriteAllTextAsync(Path.Combine(directory, "rsyslog.conf"), Configuration(directory, instance.Process.Endpoints["elasticsearch"]));

        using var rsyslog = Process.Start(new ProcessStartInfo(
            Program, ["-n", "-f", Path.Combine(directory, "rsyslog.conf"), "-i", Path.Combine(directory, "pid")])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            var errors = rsyslog.StandardError.ReadToEndAsync();
            var records = await shipped.ReadAsync(count);

            ShippedDocuments.AssertOnceEach(records.Select(record => (string)record["body"]!), count);
            Assert.All(records, AssertFields);
            var documents = shipped.InElasticsearch("logs-shop.otel-test");
            ShippedDocuments.AssertOnceEach(documents.Select(document => document.Id), count);
            var bySequence = records.ToDictionary(record => ((string)record["body"]!).Split(' ')[0]);
            Assert.All(documents, document => AssertDocument(document, bySequence[document.Id]));
            Assert.False(File.Exists(Path.Combine(directory, "refused.log")), "rsyslog was refused documents");
            rsyslog.Kill();
            Assert.DoesNotContain("omelasticsearch", await errors, StringComparison.Ordinal);
        }
        finally
        {
            rsyslog.Kill();
            await rsyslog.WaitForExitAsync();
        }

        Assert.Equal(0, await instance.Process.StopAsync());
    }

    private static void AssertFields(JsonObject record)
    {
        var body = (string)record["body"]!;
        Assert.EndsWith(" quoted \"text\" and \\ and grüße", body, StringComparison.Ordinal);
        Assert.Equal(("warning", 13), ((string)record["severity"]!, (int)record["severity_number"]!));
        Assert.Equal("shop", (string)record["service"]!);
        Assert.Equal(Environment.MachineName.Split('.')[0], ((string)record["resource"]!["attributes"]!["host.name"]!).Split('.')[0], ignoreCase: true);
        Assert.Equal(
            $$"""{"data_stream.dataset":"shop","data_stream.namespace":"test","data_stream.type":"logs","elasticsearch.document_id":"{{body.Split(' ')[0]}}","log.syslog.facility.name":"local3"}""",
            Envelopes.Canonical(record["attributes"]));
        Assert.InRange(DateTimeOffset.Parse((string)record["time"]!, CultureInfo.InvariantCulture), DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(200));
    }

    private static void AssertDocument(StandinDocument document, JsonObject record)
    {
        var expected = JsonNode.Parse(
            $$$"""
            {"@timestamp":"{{{record["time"]}}}","observed_timestamp":"{{{record["observed_time"]}}}","severity_text":"warning","severity_number":13,
             "body":{"text":{{{record["body"]!.ToJsonString()}}}},"attributes":{"log.syslog.facility.name":"local3"},
             "resource":{"attributes":{{{record["resource"]!["attributes"]!.ToJsonString()}}}},"scope":{"name":"sluice/elasticsearch"},
             "data_stream":{"type":"logs","dataset":"shop.otel","namespace":"test"}}
            """);
        Assert.Equal(Envelopes.Canonical(expected), Envelopes.Canonical(JsonNode.Parse(document.Source.Span)));
    }

    private static string Configuration(string directory, string endpoint)
    {
        var port = endpoint[(endpoint.LastIndexOf(':') + 1)..];
        return
            $$"""
            global(workDirectory="{{directory}}")
            module(load="imfile" mode="inotify")
            module(load="omelasticsearch")
            template(name="ecs" type="list" option.jsonf="on") {
              property(outname="@timestamp" name="timereported" dateFormat="rfc3339" format="jsonf")
              property(outname="message" name="msg" format="jsonf")
              property(outname="log.level" name="syslogseverity-text" format="jsonf")
              property(outname="log.syslog.facility.name" name="syslogfacility-text" format="jsonf")
              property(outname="host.name" name="hostname" format="jsonf")
              property(outname="service.name" name="app-name" format="jsonf")
            }
            template(name="id" type="string" string="%msg:F,32:1%")
            ruleset(name="ship") {
              action(type="omelasticsearch" server="127.0.0.1" serverport="{{port}}" template="ecs" bulkmode="on" writeoperation="create" bulkid="id" dynbulkid="on" healthchecktimeout="60000"
                     searchIndex="logs-shop-test" searchType="" errorfile="{{directory}}/refused.log" action.resumeretrycount="-1" action.resumeinterval="1"
                     queue.type="LinkedList" queue.size="200000" queue.dequeuebatchsize="500")
            }
            input(type="imfile" file="{{directory}}/in.log" tag="shop:" severity="warning" facility="local3" ruleset="ship")
            """;
    }
}
