using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sluice.Standins.Elasticsearch.Http;
using Sluice.Standins.Elasticsearch.Mapping;

namespace Sluice.Standins.Elasticsearch.Cluster;

/// <summary>What is different in indices of the mode <c>time_series</c>: the time range of each, and ids made of dimensions and time.</summary>
internal static class TimeSeries
{
    private static readonly TimeSpan DefaultLookBack = TimeSpan.FromHours(2);
    private static readonly TimeSpan DefaultLookAhead = TimeSpan.FromMinutes(30);

    /// <summary>The fields that documents are routed by, where the settings do not say: the dimensions of the mapping.</summary>
    public static string[] RoutingPath(IndexMapping mapping) =>
    [
        .. mapping.AllLeaves.Where(leaf => leaf.IsDimension).Select(leaf => leaf.Path),
        .. PassThroughs(mapping.Root).Select(field => field.Path + ".*"),
    ];

    /// <summary>Gives a new index of a stream its time range: the first looks back, every other begins where the one before ends.</summary>
    public static void SetRange(IndexSettings settings, StoreIndex? before, DateTimeOffset now)
    {
        var start = before?.Settings["time_series.end_time"] is { } end ? Parse(end) : now - (settings.Duration("look_back_time") ?? DefaultLookBack);
        settings["time_series.start_time"] = Write(start);
        settings["time_series.end_time"] = Write((start > now ? start : now) + LookAhead(settings));
    }

    /// <summary>Moves the end of the write index on as time goes by.</summary>
    public static void Extend(StoreIndex index, DateTimeOffset now)
    {
        if (Parse(index.Settings["time_series.end_time"]!) is var end && now + LookAhead(index.Settings) > end)
        {
            index.Settings["time_series.end_time"] = Write(now + LookAhead(index.Settings));
        }
    }

    /// <summary>The index of a stream whose range holds a document's time.</summary>
    /// <exception cref="ApiException">The document has no time, or there is none.</exception>
    public static StoreIndex IndexFor(DataStream stream, JsonElement document)
    {
        if (!document.TryGetProperty(DataStream.TimestampField, out var value))
        {
            throw ApiException.IllegalArgument("Error extracting data stream timestamp field: timestamp field [@timestamp] is missing");
        }

        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        if (!DateFormat.Nanos.TryParse(text, out var nanos))
        {
            throw ApiException.IllegalArgument($"Error extracting data stream timestamp field: failed to parse date field [{text}] with format [{DateFormat.Nanos.Text}]");
        }

        for (var i = stream.Indices.Count - 1; i >= 0; i--)
        {
            var index = stream.Indices[i];
            if (index.Settings.IsTimeSeries && nanos >= Nanos(index.Settings["time_series.start_time"]!) && nanos < Nanos(index.Settings["time_series.end_time"]!))
            {
                return index;
            }
        }

        var ranges = string.Concat(stream.Indices.Where(index => index.Settings.IsTimeSeries)
            .Select(index => $"[{index.Settings["time_series.start_time"]},{index.Settings["time_series.end_time"]}]"));
        throw ApiException.IllegalArgument($"the document timestamp [{DateFormat.Write(nanos)}] is outside of ranges of currently writable indices [{ranges}]");
    }

    /// <summary>The id that a document has by its dimensions and its time.</summary>
    /// <returns>The id, and how errors name the document.</returns>
    public static (string Id, string Description) IdOf(StoreIndex index, JsonElement document)
    {
        // The values of a copy of the mapping: what the document adds is added when it is written.
        var copy = new IndexMapping(index.Mapping.Version, index.Mapping.ToJson());
        var mapped = DocumentMapper.Write(copy, index.Settings.Mapper, null, null, document);
        var routing = index.Settings.RoutingPath;
        var dimensions = copy.AllLeaves.Where(leaf => leaf.IsDimension && mapped.Values.ContainsKey(leaf.Path))
            .Select(leaf => (leaf.Path, Text: string.Join(',', mapped.Of(leaf.Path)))).ToArray();
        if (!dimensions.Any(dimension => routing.Any(pattern => Wildcard.Matches(pattern, dimension.Path))))
        {
            throw ApiException.IllegalArgument("Error extracting routing: source didn't contain any routing fields");
        }

        var time = (Int128)mapped.Of(DataStream.TimestampField)[0];
        var identity = string.Join('\n', dimensions.Select(dimension => $"{dimension.Path}={dimension.Text}")) + "\n" + (time / 1_000_000).ToString(CultureInfo.InvariantCulture);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(identity));
        var id = Convert.ToBase64String(hash, 0, 15).Replace('+', '-').Replace('/', '_');
        return (id, $"[{{{string.Join(", ", dimensions.Select(dimension => $"{dimension.Path}={dimension.Text}"))}}}@{DateFormat.Write(time)}]");
    }

    private static TimeSpan LookAhead(IndexSettings settings) => settings.Duration("look_ahead_time") ?? DefaultLookAhead;

    private static IEnumerable<ObjectField> PassThroughs(ObjectField parent) =>
        parent.Children.Values.OfType<ObjectField>().SelectMany(child => PassThroughs(child).Concat(child.IsDimensions ? [child] : []));

    private static Int128 Nanos(string time) => DateFormat.Millis.TryParse(time, out var nanos) ? nanos : throw ApiException.IllegalArgument($"[{time}] is no time");

    private static DateTimeOffset Parse(string time) => DateTimeOffset.FromUnixTimeMilliseconds((long)(Nanos(time) / 1_000_000));

    private static string Write(DateTimeOffset time) => DateFormat.Write((Int128)time.ToUnixTimeSeconds() * 1_000_000_000);
}
