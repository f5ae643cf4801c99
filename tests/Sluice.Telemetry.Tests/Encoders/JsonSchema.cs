using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Sluice.Testing;

namespace Sluice.Telemetry.Tests.Encoders;

/// <summary>
/// Validates against the part of JSON Schema (draft 2020-12) that our schemas use. Strict: a keyword that is not known here is an error of
/// the schema, so that nothing in it goes unchecked.
/// </summary>
internal sealed class JsonSchema
{
    private static readonly HashSet<string> Annotations = ["$schema", "$id", "$defs", "$comment", "title", "description", "examples"];

    private readonly JsonObject _root;

    public JsonSchema(string text) => _root = JsonNode.Parse(text)!.AsObject();

    /// <summary>Reads a schema of the repository.</summary>
    public static JsonSchema Load(string file) => new(File.ReadAllText(GoldenFile.PathOf(file)));

    /// <summary>What is wrong with a document; empty when it is valid.</summary>
    public List<string> Validate(JsonNode? document)
    {
        var problems = new List<string>();
        Validate(_root, document, "$", problems);
        return problems;
    }

    private void Validate(JsonNode schema, JsonNode? value, string path, List<string> problems)
    {
        if (schema is JsonValue all && all.TryGetValue<bool>(out var allowed))
        {
            if (!allowed)
            {
                problems.Add($"{path}: not allowed");
            }

            return;
        }

        var keywords = schema.AsObject();
        foreach (var (keyword, rule) in keywords)
        {
            if (!Annotations.Contains(keyword))
            {
                Check(keywords, keyword, rule!, value, path, problems);
            }
        }
    }

    private void Check(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string path, List<string> problems)
    {
        switch (keyword)
        {
            case "$ref":
                Validate(Resolve(rule.GetValue<string>()), value, path, problems);
                break;
            case "type":
                var types = rule is JsonArray several ? several.Select(static type => type!.GetValue<string>()) : [rule.GetValue<string>()];
                Require(types.Any(type => IsOfType(value, type)), $"is not of type {rule.ToJsonString()}");
                break;
            case "const":
                Require(JsonNode.DeepEquals(rule, value), $"is not {rule.ToJsonString()}");
                break;
            case "enum":
                Require(rule.AsArray().Any(one => JsonNode.DeepEquals(one, value)), $"is none of {rule.ToJsonString()}");
                break;
            case "pattern" when TextOf(value) is { } text:
                Require(Regex.IsMatch(text, rule.GetValue<string>(), RegexOptions.ECMAScript, TimeSpan.FromSeconds(10)), $"does not match {rule}");
                break;
            case "minLength" when TextOf(value) is { } text:
                Require(text.Length >= rule.GetValue<int>(), $"is shorter than {rule}");
                break;
            case "minimum" when NumberOf(value) is { } number:
                Require(number >= rule.GetValue<decimal>(), $"is less than {rule}");
                break;
            case "maximum" when NumberOf(value) is { } number:
                Require(number <= rule.GetValue<decimal>(), $"is more than {rule}");
                break;
            case "exclusiveMinimum" when NumberOf(value) is { } number:
                Require(number > rule.GetValue<decimal>(), $"is not more than {rule}");
                break;
            case "minItems" when value is JsonArray array:
                Require(array.Count >= rule.GetValue<int>(), $"has less than {rule} items");
                break;
            case "items" when value is JsonArray array:
                for (var i = 0; i < array.Count; i++)
                {
                    Validate(rule, array[i], $"{path}[{i}]", problems);
                }

                break;
            case "minProperties" when value is JsonObject members:
                Require(members.Count >= rule.GetValue<int>(), $"has less than {rule} members");
                break;
            case "required" when value is JsonObject members:
                foreach (var name in rule.AsArray())
                {
                    Require(members.ContainsKey(name!.GetValue<string>()), $"lacks {name}");
                }

                break;
            case "properties" when value is JsonObject members:
                foreach (var (name, member) in members.Where(member => rule.AsObject().ContainsKey(member.Key)))
                {
                    Validate(rule[name]!, member, $"{path}.{name}", problems);
                }

                break;
            case "additionalProperties" when value is JsonObject members:
                var named = schema["properties"]?.AsObject();
                foreach (var (name, member) in members.Where(member => named?.ContainsKey(member.Key) != true))
                {
                    Validate(rule, member, $"{path}.{name}", problems);
                }

                break;
            case "oneOf":
                var matches = rule.AsArray().Count(one => Matches(one!, value));
                Require(matches == 1, $"matches {matches} of the alternatives, not one");
                break;
            case "pattern" or "minLength" or "minimum" or "maximum" or "exclusiveMinimum" or "minItems" or "items" or "minProperties"
                or "required" or "properties" or "additionalProperties":
                // Says something of another type only.
                break;
            default:
                throw new NotSupportedException($"The schema uses {keyword}, which this validator does not know.");
        }

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add($"{path}: {problem}");
            }
        }
    }

    private bool Matches(JsonNode schema, JsonNode? value)
    {
        var problems = new List<string>();
        Validate(schema, value, "", problems);
        return problems.Count == 0;
    }

    private JsonNode Resolve(string reference)
    {
        const string Prefix = "#/$defs/";
        return reference.StartsWith(Prefix, StringComparison.Ordinal) && _root["$defs"]?[reference[Prefix.Length..]] is { } found
            ? found
            : throw new NotSupportedException($"The schema refers to {reference}, which is not there.");
    }

    private static bool IsOfType(JsonNode? value, string type) => type switch
    {
        "null" => value is null,
        "object" => value is JsonObject,
        "array" => value is JsonArray,
        "string" => value?.GetValueKind() == JsonValueKind.String,
        "boolean" => value?.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
        "number" => value?.GetValueKind() == JsonValueKind.Number,
        "integer" => value?.GetValueKind() == JsonValueKind.Number && NumberOf(value) is { } number && decimal.IsInteger(number),
        _ => throw new NotSupportedException($"The schema names the type {type}."),
    };

    private static string? TextOf(JsonNode? value) => value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The number, if it is one that a decimal holds; all bounds in our schemas are on integers and small numbers.</summary>
    private static decimal? NumberOf(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number
        && decimal.TryParse(value.ToJsonString(), System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
