using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sluice.Standins.Elasticsearch.Mapping;

/// <summary>How fields that a mapping does not have are added to it.</summary>
internal sealed class DynamicTemplate
{
    private static readonly string[] KnownKeys =
        ["mapping", "runtime", "match", "unmatch", "match_mapping_type", "unmatch_mapping_type", "path_match", "path_unmatch", "match_pattern"];

    private static readonly string[] KnownTypes = ["*", "string", "long", "double", "date", "boolean", "object", "binary"];

    private readonly string[]? _match;
    private readonly string[] _unmatch;
    private readonly string[]? _pathMatch;
    private readonly string[] _pathUnmatch;
    private readonly string[]? _types;
    private readonly string[] _notTypes;
    private readonly bool _isRegex;
    private readonly JsonObject _mapping;

    public DynamicTemplate(string name, JsonObject definition)
    {
        Name = name;
        foreach (var (key, _) in definition)
        {
            if (!KnownKeys.Contains(key))
            {
                throw MappingParser.Wrong($"Illegal dynamic template parameter: [{key}]");
            }
        }

        _match = List(definition["match"]);
        _unmatch = List(definition["unmatch"]) ?? [];
        _pathMatch = List(definition["path_match"]);
        _pathUnmatch = List(definition["path_unmatch"]) ?? [];
        _types = List(definition["match_mapping_type"]);
        _notTypes = List(definition["unmatch_mapping_type"]) ?? [];
        _isRegex = definition["match_pattern"]?.GetValue<string>() == "regex";
        _mapping = (definition["mapping"] ?? definition["runtime"]) as JsonObject ?? throw MappingParser.Wrong($"template [{name}] must have either mapping or runtime set");
        IsRuntime = definition.ContainsKey("runtime");
        if ((_types ?? []).FirstOrDefault(type => !KnownTypes.Contains(type)) is { } unknown)
        {
            throw MappingParser.Wrong($"No field type matched on [{unknown}], possible values are [object, string, long, double, boolean, date, binary]");
        }

        // Without any condition a template is only taken by its name.
        IsMatchable = (_match ?? _pathMatch ?? _types) is not null || _unmatch.Length + _pathUnmatch.Length + _notTypes.Length > 0;
    }

    public string Name { get; }

    public bool IsRuntime { get; }

    private bool IsMatchable { get; }

    /// <summary>Whether a field is one of those that the template is for.</summary>
    /// <param name="path">Its full name.</param>
    /// <param name="detectedType">What its value looks like: string, long, double, date, boolean, object.</param>
    public bool Matches(string path, string detectedType)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        return IsMatchable
            && (_match is null || _match.Any(pattern => Like(pattern, name)))
            && !_unmatch.Any(pattern => Like(pattern, name))
            && (_pathMatch is null || _pathMatch.Any(pattern => Wildcard.Matches(pattern, path)))
            && !_pathUnmatch.Any(pattern => Wildcard.Matches(pattern, path))
            && (_types is null || _types.Any(type => type == "*" || type == detectedType))
            && !_notTypes.Contains(detectedType);
    }

    /// <summary>The mapping that a field gets.</summary>
    public JsonObject MappingFor(string path, string detectedType)
    {
        var name = path[(path.LastIndexOf('.') + 1)..];
        var mapping = _mapping.DeepClone().AsObject();
        foreach (var (key, value) in mapping.ToArray())
        {
            if (value is JsonValue text && text.GetValueKind() == JsonValueKind.String)
            {
                mapping[key] = text.GetValue<string>().Replace("{name}", name, StringComparison.Ordinal).Replace("{dynamic_type}", detectedType, StringComparison.Ordinal);
            }
        }

        if (!mapping.ContainsKey("type") && !mapping.ContainsKey("properties"))
        {
            mapping["type"] = detectedType switch { "string" => "text", "double" => "float", _ => detectedType };
        }

        return mapping;
    }

    private bool Like(string pattern, string name) => _isRegex ? Regex.IsMatch(name, $"^(?:{pattern})$", RegexOptions.CultureInvariant) : Wildcard.Matches(pattern, name);

    private static string[]? List(JsonNode? node) => node switch
    {
        null => null,
        JsonArray array => [.. array.Select(item => item!.GetValue<string>())],
        _ => [node.GetValue<string>()],
    };
}
