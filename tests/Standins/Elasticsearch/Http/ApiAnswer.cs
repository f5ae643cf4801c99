using System.Text.Json;
using System.Text.Json.Nodes;

namespace Sluice.Standins.Elasticsearch.Http;

/// <summary>What is answered: a status and a body, of JSON unless it says otherwise.</summary>
internal sealed record ApiAnswer(int Status, byte[] Body, string? ContentType = null)
{
    /// <summary>Further headers, such as <c>Retry-After</c>.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public static ApiAnswer Acknowledged() => Of(new JsonObject { ["acknowledged"] = true });

    public static ApiAnswer Of(JsonObject json, int status = 200) => new(status, JsonSerializer.SerializeToUtf8Bytes(json));

    public static ApiAnswer Of(ApiError error) => Of(error.ToBody(), error.Status);

    /// <summary>HEAD: whether something is there.</summary>
    public static ApiAnswer Exists(bool isThere) => new(isThere ? 200 : 404, []);
}
