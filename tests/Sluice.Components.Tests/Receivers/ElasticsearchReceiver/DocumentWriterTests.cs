using System.Globalization;
using System.Text;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Buffers;
using Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>Which field of a document becomes what.</summary>
public sealed class DocumentWriterTests
{
    /// <summary>As Filebeat sends it, cut down.</summary>
    private const string Filebeat =
        """
        {"@timestamp":"2026-02-03T04:05:06.789Z","message":"GET /cart 500","log":{"level":"error","offset":42,"file":{"path":"/var/log/shop.log"}},
         "service":{"name":"shop","version":"1.2","environment":"prod","node":{"name":"n-7"},"state":"up"},"host":{"name":"web-1","architecture":"x86_64",
         "os":{"name":"Debian","kernel":"6.1"},"ip":["10.0.0.1","::1"],"cpu":{"usage":0.5}},"agent":{"type":"filebeat","version":"8.19.0"},
         "trace":{"id":"0af7651916cd43dd8448eb211c80319c"},"span":{"id":"b7ad6b7169203331"},"transaction":{"id":"aa"},"event":{"action":"cart-failed","dataset":"shop.log"},
         "labels":{"team":"web"},"error":{"message":"boom","stack_trace":"at x","type":"E"},"http":{"request":{"method":"GET","bytes":7}},
         "tags":["a","b"],"custom":{"deep":{"n":1,"list":[{"x":null}]}},"user_agent":{"original":"curl"},"process":{"pid":9,"name":"shop"},"ecs":{"version":"8.0.0"},"empty":{},"network":{}}
        """;

    [Fact]
    public void Fields_of_ecs_go_where_the_model_has_them()
    {
        var container = Assert.Single(Documents.Write("journal", Filebeat).ResourceLogs);
        var record = Assert.Single(Assert.Single(container.ScopeLogs).LogRecords);

        Assert.Equal(
            """
            service.name=shop
            service.version=1.2
            deployment.environment.name=prod
            service.instance.id=n-7
            host.name=web-1
            host.arch=x86_64
            os.name=Debian
            host.os.kernel=6.1
            host.ip=[10.0.0.1,::1]
            agent.type=filebeat
            agent.version=8.19.0
            process.pid=9
            """,
            Documents.Text(container.Resource.Attributes));
        Assert.Equal(
            """
            elasticsearch.index=journal
            log.offset=42
            log.file.path=/var/log/shop.log
            service.state=up
            host.cpu.usage=0.5
            transaction.id=aa
            event.dataset=shop.log
            labels.team=web
            exception.message=boom
            exception.stacktrace=at x
            error.type=E
            http.request.method=GET
            http.request.size=7
            tags=[a,b]
            custom={deep:{n:1,list:[{x:null}]}}
            user_agent.original=curl
            process.name=shop
            ecs.version=8.0.0
            empty={}
            network={}
            """,
            Documents.Text(record.Attributes));
        Assert.Equal("GET /cart 500", record.Body.StringValue);
        Assert.Equal(("error", SeverityNumber.Error), (record.SeverityText, record.SeverityNumber));
        Assert.Equal("cart-failed", record.EventName);
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", Convert.ToHexStringLower(record.TraceId.Span));
        Assert.Equal("b7ad6b7169203331", Convert.ToHexStringLower(record.SpanId.Span));
        Assert.Equal(Documents.Observed, record.ObservedTimeUnixNano);
        Assert.Equal(1_770_091_506_789_000_000UL, record.TimeUnixNano);
        Assert.Equal("sluice/elasticsearch", container.ScopeLogs[0].Scope.Name);
    }

    [Fact]
    public void Names_with_dots_are_the_same_as_nested_ones()
    {
        var record = Documents.Write("journal", """{"log.level":"WARN","service.name":"shop","trace.id":"0AF7651916CD43DD8448EB211C80319C","own.name":1,"log":{"file.path":"x"}}""");

        Assert.Equal("service.name=shop", Documents.Text(record.ResourceLogs[0].Resource.Attributes));
        var only = record.ResourceLogs[0].ScopeLogs[0].LogRecords[0];
        Assert.Equal((SeverityNumber.Warn, 16), (only.SeverityNumber, only.TraceId.Length));
        Assert.Equal("elasticsearch.index=journal\nown.name=1\nlog.file.path=x", Documents.Text(only.Attributes));
    }

    [Theory]
    [InlineData("""{"@timestamp":"yesterday"}""", "@timestamp=yesterday")]
    [InlineData("""{"@timestamp":null}""", "@timestamp=null")]
    [InlineData("""{"trace":{"id":"xyz"}}""", "trace.id=xyz")]
    [InlineData("""{"trace.id":"00000000000000000000000000000000"}""", "trace.id=00000000000000000000000000000000")]
    [InlineData("""{"span.id":"0000000000000000"}""", "span.id=0000000000000000")]
    [InlineData("""{"log.level":3}""", "log.level=3")]
    [InlineData("""{"log.level":""}""", "log.level=")]
    [InlineData("""{"event":{"action":["a","b"]}}""", "event.action=[a,b]")]
    [InlineData("""{"message":"1","message":"2"}""", "message=2")]
    [InlineData("""{"log":"line"}""", "log=line")]
    [InlineData("""{"log.level":"info","log":{"level":"warn"}}""", "log.level=warn")]
    public void A_field_of_another_form_is_kept_as_an_attribute(string document, string expected) =>
        Assert.Equal(
            $"elasticsearch.index=journal\n{expected}", Documents.Text(Documents.Write("journal", document).ResourceLogs[0].ScopeLogs[0].LogRecords[0].Attributes));

    [Fact]
    public void A_message_with_structure_is_a_body_with_structure()
    {
        var records = Documents.Write("journal", """{"message":{"a":[1,2.5,true]}}""", """{"message":null}""", "{}").ResourceLogs[0].ScopeLogs[0].LogRecords;

        Assert.Equal(["{a:[1,2.5,true]}", "null"], records.Take(2).Select(record => Documents.Text(record.Body)));
        Assert.Null(records[2].Body);
    }

    [Fact]
    public void Documents_of_one_resource_share_it_while_they_follow_one_another()
    {
        var request = Documents.Write(
            "journal", """{"host":{"name":"a"},"message":"1"}""", """{"message":"2","host.name":"a"}""", """{"host":{"name":"b"}}""", """{"message":"4"}""", """{"host":{"name":"a"}}""");

        Assert.Equal(
            ["host.name=a 2", "host.name=b 1", " 1", "host.name=a 1"],
            request.ResourceLogs.Select(container => $"{Documents.Text(container.Resource.Attributes)} {container.ScopeLogs.Single().LogRecords.Count}"));
    }

    [Fact]
    public void A_malformed_document_leaves_nothing_behind()
    {
        using var pool = new BufferPool(new() { Tracking = true });
        using var writer = new DocumentWriter(pool);
        var origin = new DocumentOrigin { Index = "journal"u8 };

        Assert.True(writer.TryAppend("{\"host\":{\"name\":\"a\"},\"message\":\"1\"}"u8, origin, 1));
        Assert.False(writer.TryAppend("{\"host\":{\"name\":\"b\",\"os\":{\"name\":[{\"x\":"u8, origin, 1));
        Assert.False(writer.TryAppend("{\"custom\":{\"a\":[{\"x\":\"\\udc00\"}]}}"u8, origin, 1));
        Assert.False(writer.TryAppend(" [1]"u8, origin, 1));
        Assert.True(writer.TryAppend("{\"host\":{\"name\":\"a\"},\"message\":\"2\"}"u8, origin, 1));

        using var bytes = writer.Finish(out var length);
        var request = OpenTelemetry.Proto.Collector.Logs.V1.ExportLogsServiceRequest.Parser.ParseFrom(bytes.Array, 0, length);
        Assert.Equal(["1", "2"], Assert.Single(request.ResourceLogs).ScopeLogs.Single().LogRecords.Select(record => record.Body.StringValue));
        Assert.Equal(2, writer.Count);
    }

    [Theory]
    [InlineData("2026-02-03T04:05:06.123456789Z", "2026-02-03T04:05:06.1234567Z", 89)]
    [InlineData("2026-02-03T04:05:06+02:30", "2026-02-03T01:35:06Z", 0)]
    [InlineData("2026-02-03T04:05:06,5-0100", "2026-02-03T05:05:06.5Z", 0)]
    [InlineData("2026-02-03T04:05Z", "2026-02-03T04:05:00Z", 0)]
    [InlineData("2026-02-03T04", "2026-02-03T04:00:00Z", 0)]
    [InlineData("2026-02-03", "2026-02-03T00:00:00Z", 0)]
    [InlineData("2026", "2026-01-01T00:00:00Z", 0)]
    [InlineData("1770091506789", "2026-02-03T04:05:06.789Z", 0)]
    public void Times_are_read_as_elasticsearch_reads_them(string text, string expected, long nanoseconds)
    {
        Assert.True(DocumentTime.TryRead(Encoding.UTF8.GetBytes(text), out var time));
        Assert.Equal(DateTimeOffset.Parse(expected, CultureInfo.InvariantCulture), DateTimeOffset.UnixEpoch.AddTicks((long)(time / 100)));
        Assert.Equal(nanoseconds, (long)(time % 100));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-13-01")]
    [InlineData("2026-02-30")]
    [InlineData("2026-02-03T25:00:00Z")]
    [InlineData("2026-02-03T04:05:06.Z")]
    [InlineData("2026-02-03T04:05:06Z ")]
    [InlineData("2026-02-03 04:05:06")]
    [InlineData("2026-02-03T04:05:06+")]
    [InlineData("2026-02-03T04:05:06+2")]
    [InlineData("1969-12-31")]
    [InlineData("1970-01-01")]
    [InlineData("9999-01-01")]
    [InlineData("99999999999999999999")]
    [InlineData("9999999999999999")]
    [InlineData("-5")]
    public void What_is_no_time_is_none(string text) => Assert.False(DocumentTime.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Every_moment_that_the_framework_writes_is_read_back()
    {
        var random = new Random(Testing.RandomSeed.Value);
        for (var i = 0; i < 1000; i++)
        {
            var time = DateTimeOffset.UnixEpoch.AddTicks(random.NextInt64(1, TimeSpan.FromDays(365 * 250).Ticks));
            Assert.True(DocumentTime.TryRead(Encoding.UTF8.GetBytes(time.ToString("O", CultureInfo.InvariantCulture)), out var read));
            Assert.Equal(time.Ticks - DateTimeOffset.UnixEpoch.Ticks, (long)read / 100);
        }
    }

    [Theory]
    [InlineData("TRACE", 1)]
    [InlineData("debug", 5)]
    [InlineData("Information", 9)]
    [InlineData("notice", 10)]
    [InlineData("Warning", 13)]
    [InlineData("err", 17)]
    [InlineData("CRITICAL", 18)]
    [InlineData("alert", 19)]
    [InlineData("emerg", 21)]
    [InlineData("loud", 0)]
    [InlineData("", 0)]
    [InlineData("informationalinformational", 0)]
    public void Levels_have_the_numbers_of_the_data_model(string name, int number) => Assert.Equal(number, LogLevels.NumberOf(Encoding.UTF8.GetBytes(name)));

    [Theory]
    [InlineData("logs-shop.cart-prod", "logs shop.cart prod")]
    [InlineData("metrics-a-b", "metrics a b")]
    [InlineData("logs-shop-cart-prod", null)]
    [InlineData("logs-shop", null)]
    [InlineData("logs--prod", null)]
    [InlineData("logs-shop-", null)]
    [InlineData("journal-a-b", null)]
    public void Data_streams_are_known_by_their_names(string name, string? parts) =>
        Assert.Equal(
            parts,
            IndexName.TrySplit(Encoding.UTF8.GetBytes(name), out var type, out var dataset, out var space)
                ? $"{Encoding.UTF8.GetString(type)} {Encoding.UTF8.GetString(dataset)} {Encoding.UTF8.GetString(space)}"
                : null);
}
