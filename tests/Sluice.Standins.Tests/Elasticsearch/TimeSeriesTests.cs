using System.Globalization;
using Sluice.Standins.Elasticsearch;
using Sluice.Testing;

namespace Sluice.Standins.Tests.Elasticsearch;

/// <summary>Data streams of the mode <c>time_series</c>.</summary>
public sealed class TimeSeriesTests
{
    private const string Create = """{"create":{"_index":"metrics-a-b"}}""";
    private static readonly DateTimeOffset Now = new(2026, 8, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_point_is_told_from_others_by_dimensions_and_time()
    {
        await using var standin = await StartAsync();

        var items = await standin.BulkAsync(Create, Point("a", Now, 1), Create, Point("b", Now, 1), Create, Point("a", Now.AddSeconds(1), 1), Create, Point("a", Now, 2));

        Assert.Equal([201, 201, 201, 409], items.Select(item => item["status"]!.GetValue<int>()));
        Assert.Matches(@"^\[.{20}\]\[\{host=a\}@2026-08-01T12:00:00\.000Z\]: version conflict, document already exists \(current version \[1\]\)$", items[3]["error"]!["reason"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"create":{"_index":"metrics-a-b","_id":"mine"}}""", "2026-08-01T12:00:00Z", "\"host\":\"a\",", "failed to parse")]
    [InlineData(Create, "2026-08-01T09:59:59Z", "\"host\":\"a\",", "the document timestamp [2026-08-01T09:59:59.000Z] is outside of ranges of currently writable indices [[2026-08-01T10:00:00.000Z,2026-08-01T12:30:00.000Z]]")]
    [InlineData(Create, "2026-08-01T12:30:00Z", "\"host\":\"a\",", "the document timestamp [2026-08-01T12:30:00.000Z] is outside of ranges of currently writable indices [[2026-08-01T10:00:00.000Z,2026-08-01T12:30:00.000Z]]")]
    [InlineData(Create, "2026-08-01T12:00:00Z", "", "Error extracting routing: source didn't contain any routing fields")]
    public async Task A_point_that_belongs_to_no_series_or_no_index_is_refused(string action, string time, string host, string reason)
    {
        await using var standin = await StartAsync();

        var item = (await standin.BulkAsync(action, $$"""{"@timestamp":"{{time}}",{{host}}"value":1}""")).Single();

        Assert.Equal(400, item["status"]!.GetValue<int>());
        Assert.Equal(reason, item["error"]!["reason"]!.GetValue<string>());
        Assert.Equal(0, standin.Cluster.Count());
    }

    [Fact]
    public async Task After_a_rollover_a_point_goes_to_the_index_of_its_time()
    {
        await using var standin = await StartAsync();
        await standin.BulkAsync(Create, Point("a", Now, 1));
        standin.Cluster.Rollover("metrics-a-b");

        var items = await standin.BulkAsync(Create, Point("a", Now, 2), Create, Point("a", Now.AddMinutes(29), 1), Create, Point("a", Now.AddMinutes(31), 1));

        Assert.Equal([409, 201, 201], items.Select(item => item["status"]!.GetValue<int>()));
        var backing = standin.Cluster.BackingIndices("metrics-a-b");
        Assert.Equal([backing[0], backing[0], backing[1]], standin.Cluster.Documents().OrderBy(document => document.Json.GetProperty("@timestamp").GetString()).Select(document => document.Index));
    }

    [Fact]
    public async Task The_write_index_moves_on_with_the_clock()
    {
        var clock = new ManualTimeProvider(Now);
        await using var standin = await StartAsync(clock);
        await standin.BulkAsync(Create, Point("a", Now, 1));

        clock.Advance(TimeSpan.FromHours(5));
        var item = (await standin.BulkAsync(Create, Point("a", Now.AddHours(5), 1))).Single();

        Assert.Equal(201, item["status"]!.GetValue<int>());
    }

    [Fact]
    public async Task Fields_below_a_passthrough_of_dimensions_are_dimensions_whether_the_mapping_names_them_or_not()
    {
        await using var standin = await RunningStandin.StartAsync(new StandinOptions { Version = StandinVersion.Elasticsearch9, Time = new ManualTimeProvider(Now) });
        standin.Cluster.PutIndexTemplate("metrics", """
            {"index_patterns":["metrics-*"],"data_stream":{},"template":{"settings":{"index.mode":"time_series"},
             "mappings":{"dynamic_templates":[{"texts":{"match_mapping_type":"string","mapping":{"type":"keyword"}}}],"properties":{"attributes":{"type":"passthrough","dynamic":true,"priority":1,"time_series_dimension":true,"properties":{"named":{"type":"keyword"}}}}}}}
            """);

        var items = await standin.BulkAsync(Create, At("named", "a"), Create, At("named", "b"), Create, At("other", "1"), Create, At("other", "2"), Create, At("named", "a"));

        Assert.Equal([201, 201, 201, 201, 409], items.Select(item => item["status"]!.GetValue<int>()));

        static string At(string attribute, string value) => $$$"""{"@timestamp":"2026-08-01T12:00:00Z","attributes":{"{{{attribute}}}":"{{{value}}}"}}""";
    }

    private static async Task<RunningStandin> StartAsync(ManualTimeProvider? clock = null)
    {
        var standin = await RunningStandin.StartAsync(new StandinOptions { Time = clock ?? new ManualTimeProvider(Now) });
        standin.Cluster.PutIndexTemplate("metrics", """
            {"index_patterns":["metrics-*"],"data_stream":{},"template":{"settings":{"index.mode":"time_series"},
             "mappings":{"properties":{"host":{"type":"keyword","time_series_dimension":true},"value":{"type":"double","time_series_metric":"gauge"}}}}}
            """);
        return standin;
    }

    private static string Point(string host, DateTimeOffset time, int value) =>
        $$"""{"@timestamp":"{{time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)}}","host":"{{host}}","value":{{value.ToString(CultureInfo.InvariantCulture)}}}""";
}
