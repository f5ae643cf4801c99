using System.Text.Json.Nodes;

namespace Sluice.Components.Tests.Receivers.ElasticsearchReceiver;

/// <summary>The answer to a request.</summary>
public sealed record ElasticsearchReply(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    /// <summary>The items of the answer to a bulk request, each with what was asked for.</summary>
    public List<(string Operation, JsonObject Item)> Items =>
        [.. Json["items"]!.AsArray().Select(item => (item!.AsObject().Single().Key, item.AsObject().Single().Value!.AsObject()))];

    public string ErrorType => (string)Json["error"]!["type"]!;

    public string ErrorReason => (string)Json["error"]!["reason"]!;
}
