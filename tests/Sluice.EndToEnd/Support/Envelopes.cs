using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sluice.EndToEnd.Support;

/// <summary>Compares records written as envelopes (<c>config/envelope.schema.json</c>) as sets of texts in one canonical form.</summary>
internal static class Envelopes
{
    private static readonly JsonSerializerOptions Format = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One object per line.</summary>
    public static List<JsonObject> ReadLines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!.AsObject())];

    /// <summary>The records of a file of JSON lines; a file that is not there yet has none.</summary>
    public static List<JsonObject> ReadFile(string path) => File.Exists(path) ? ReadLines(File.ReadAllText(path)) : [];

    /// <summary>The records of a file of JSON lines that is being written: what is behind its last line feed is the beginning of a line, and left out.</summary>
    public static List<JsonObject> ReadWholeLines(string path)
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        var text = reader.ReadToEnd();
        return ReadLines(text[..(text.LastIndexOf('\n') + 1)]);
    }

    /// <summary>
    /// The two hold the same records: each member of each record, numbers as they are written, so that 1 is not 1.0. Record ids are Sluice's
    /// own and must be there; times of data points are the SDK's own and must be there too.
    /// </summary>
    public static void AssertSame(IEnumerable<JsonObject> expected, IEnumerable<JsonObject> actual) =>
        Assert.Equal(Sorted(expected), Sorted(actual.Select(WithoutOwnMembers)));

    /// <summary>Members sorted by name, numbers as written.</summary>
    public static string Canonical(JsonNode? node) => Sort(node)?.ToJsonString(Format) ?? "null";

    private static string[] Sorted(IEnumerable<JsonObject> records) => [.. records.Select(Canonical).Order(StringComparer.Ordinal)];

    private static JsonObject WithoutOwnMembers(JsonObject record)
    {
        var copy = record.DeepClone().AsObject();
        Assert.True(copy.Remove("id"), $"no id: {record}");
        if ((string?)copy["signal"] == "metric")
        {
            Assert.True(copy.Remove("time"), $"no time: {record}");
            foreach (var point in copy["metric"]!["data_points"]!.AsArray())
            {
                Assert.True(point!.AsObject().Remove("time"), $"a data point without time: {record}");
                point.AsObject().Remove("start_time");
            }
        }

        return copy;
    }

    private static JsonNode? Sort(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.OrderBy(member => member.Key, StringComparer.Ordinal).Select(member => KeyValuePair.Create(member.Key, Sort(member.Value)))),
        JsonArray items => new JsonArray([.. items.Select(Sort)]),
        _ => node?.DeepClone(),
    };
}
