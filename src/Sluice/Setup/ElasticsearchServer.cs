using System.Text.Json.Nodes;

namespace Sluice.Setup;

/// <summary>The product and version that is set up.</summary>
/// <param name="IsOpenSearch">Whether it is OpenSearch rather than Elasticsearch.</param>
/// <param name="Version">Its version.</param>
internal sealed record ElasticsearchServer(bool IsOpenSearch, Version Version)
{
    private static readonly Version OldestElasticsearch = new(7, 17);
    private static readonly Version OldestOpenSearch = new(2, 15);

    /// <summary>Whether attributes can be named without the prefix of their place: the field type <c>passthrough</c>.</summary>
    public bool HasPassthrough => !IsOpenSearch && Version >= new Version(8, 16);

    /// <summary>Whether an index template may name component templates that are not there, and dynamic templates several paths.</summary>
    public bool HasOptionalComponents => !IsOpenSearch && Version >= new Version(8, 16);

    /// <summary>Reads the answer to <c>GET /</c>.</summary>
    /// <exception cref="SetupException">It is something else, or too old.</exception>
    public static ElasticsearchServer Read(JsonObject root)
    {
        var isOpenSearch = (string?)root["version"]?["distribution"] == "opensearch";
        if (!Version.TryParse(((string?)root["version"]?["number"] ?? "").Split('-')[0], out var version))
        {
            throw new SetupException("this is neither Elasticsearch nor OpenSearch: its answer to GET / has no version.number");
        }

        var server = new ElasticsearchServer(isOpenSearch, version);
        var oldest = isOpenSearch ? OldestOpenSearch : OldestElasticsearch;
        return version >= oldest
            ? server
            : throw new SetupException($"{server} is too old: what is set up needs Elasticsearch {OldestElasticsearch} or OpenSearch {OldestOpenSearch}, or a later one");
    }

    /// <summary>Both.</summary>
    public override string ToString() => $"{(IsOpenSearch ? "OpenSearch" : "Elasticsearch")} {Version}";
}
