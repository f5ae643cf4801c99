using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Sluice.Setup;

/// <summary>One thing to set up, signed as Sluice's own: with who manages it, its version and a digest of what it says.</summary>
internal sealed class SetupObject
{
    /// <summary>Who manages it, in its <c>_meta</c>.</summary>
    public const string Manager = "sluice";

    /// <summary>Rises with each release that changes what is shipped.</summary>
    public const int Version = 1;

    private const int DigestLength = 12;

    private SetupObject(SetupKind kind, string name, string path, JsonObject body, SetupMark mark)
    {
        Kind = kind;
        Name = name;
        Path = path;
        Body = body;
        Mark = mark;
    }

    /// <summary>What it is.</summary>
    public SetupKind Kind { get; }

    /// <summary>Its name in Elasticsearch.</summary>
    public string Name { get; }

    /// <summary>Where the API has it.</summary>
    public string Path { get; }

    /// <summary>What is put there.</summary>
    public JsonObject Body { get; }

    /// <summary>By what it is known again.</summary>
    public SetupMark Mark { get; }

    /// <summary>How messages call it.</summary>
    public override string ToString() => Kind switch
    {
        SetupKind.Lifecycle => $"lifecycle policy {Name}",
        SetupKind.ComponentTemplate => $"component template {Name}",
        _ => $"index template {Name}",
    };

    /// <summary>Signs an object.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="name">Its name.</param>
    /// <param name="body">What it says; becomes part of the result.</param>
    /// <param name="server">What it is for.</param>
    public static SetupObject Sign(SetupKind kind, string name, JsonObject body, ElasticsearchServer server)
    {
        var mark = new SetupMark(Manager, Version, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(body.ToJsonString())))[..DigestLength]);
        var holder = kind == SetupKind.Lifecycle ? body["policy"]!.AsObject() : body;
        if (kind == SetupKind.Lifecycle && server.IsOpenSearch)
        {
            // Policies of index state management have no _meta.
            holder["description"] = mark.ToDescription((string?)holder["description"] ?? "");
        }
        else
        {
            var meta = holder["_meta"] as JsonObject ?? [];
            meta["managed_by"] = mark.ManagedBy;
            meta["version"] = mark.Version;
            meta["digest"] = mark.Digest;
            holder["_meta"] = meta;
        }

        var folder = kind switch
        {
            SetupKind.Lifecycle => server.IsOpenSearch ? "_plugins/_ism/policies" : "_ilm/policy",
            SetupKind.ComponentTemplate => "_component_template",
            _ => "_index_template",
        };
        return new SetupObject(kind, name, $"{folder}/{name}", body, mark);
    }

    /// <summary>Who made what is there now.</summary>
    /// <param name="answer">The answer of the API to a GET of <see cref="Path"/>.</param>
    /// <returns>Null when it has no mark.</returns>
    public SetupMark? ReadMark(JsonObject answer)
    {
        var holder = Kind switch
        {
            SetupKind.Lifecycle => (answer["policy"] ?? answer[Name]?["policy"]) as JsonObject,
            SetupKind.ComponentTemplate => answer["component_templates"]?[0]?["component_template"] as JsonObject,
            _ => answer["index_templates"]?[0]?["index_template"] as JsonObject,
        };
        return holder is null ? null : SetupMark.Read(holder);
    }
}
