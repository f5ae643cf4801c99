using System.Text.Json;
using System.Text.RegularExpressions;

namespace Sluice.Tests.Support;

/// <summary>
/// Checks JSON against the part of JSON Schema (draft 2020-12) that Sluice's own schemas use. A keyword that it does not know is an error, so
/// that no schema passes unchecked.
/// </summary>
internal sealed class SchemaValidator(JsonElement root)
{
    private static readonly TimeSpan MatchLimit = TimeSpan.FromSeconds(5);

    /// <summary>What is wrong, a line each; empty when the instance is valid.</summary>
    public IReadOnlyList<string> Validate(JsonElement instance) => [.. Check(root, instance, "")];

    private IEnumerable<string> Check(JsonElement schema, JsonElement value, string path)
    {
        foreach (var keyword in schema.EnumerateObject())
        {
            foreach (var fault in Check(keyword.Name, keyword.Value, schema, value, path))
            {
                yield return fault;
            }
        }
    }

    private IEnumerable<string> Check(string keyword, JsonElement operand, JsonElement schema, JsonElement value, string path)
    {
        switch (keyword)
        {
            case "$schema" or "$defs" or "title" or "description" or "default" or "examples" or "deprecated" or "deprecationMessage" or "writeOnly":
                return [];
            case "$ref":
                return Check(root.GetProperty("$defs").GetProperty(operand.GetString()!["#/$defs/".Length..]), value, path);
            case "type":
                return Unless(Types(operand).Any(type => Is(value, type)), $"{path}: {value.GetRawText()} is not of type {operand.GetRawText()}");
            case "enum":
                return Unless(operand.EnumerateArray().Any(choice => JsonElement.DeepEquals(choice, value)), $"{path}: {value.GetRawText()} is not one of {operand.GetRawText()}");
            case "const":
                return Unless(JsonElement.DeepEquals(operand, value), $"{path}: {value.GetRawText()} is not {operand.GetRawText()}");
            case "pattern":
                return Unless(value.ValueKind != JsonValueKind.String || IsMatch(value.GetString()!, operand.GetString()!), $"{path}: {value.GetRawText()} does not match {operand}");
            case "minimum":
                return Unless(value.ValueKind != JsonValueKind.Number || value.GetDouble() >= operand.GetDouble(), $"{path}: {value.GetRawText()} is below {operand}");
            case "maximum":
                return Unless(value.ValueKind != JsonValueKind.Number || value.GetDouble() <= operand.GetDouble(), $"{path}: {value.GetRawText()} is above {operand}");
            case "anyOf":
                return Unless(operand.EnumerateArray().Any(choice => !Check(choice, value, path).Any()), $"{path}: {value.GetRawText()} fits no choice of {operand.GetRawText()}");
            case "items":
                return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().SelectMany((item, i) => Check(operand, item, $"{path}[{i}]")) : [];
            case "required":
                return value.ValueKind == JsonValueKind.Object
                    ? operand.EnumerateArray().Where(key => !value.TryGetProperty(key.GetString()!, out _)).Select(key => $"{path}: {key} is missing")
                    : [];
            case "properties" or "patternProperties":
                return [];
            case "additionalProperties":
                return value.ValueKind == JsonValueKind.Object ? CheckMembers(schema, value, path) : [];
            default:
                return [$"{path}: the keyword {keyword} is not known to the validator"];
        }
    }

    /// <summary>Every schema of an object closes it, with <c>additionalProperties</c>: its members are checked there.</summary>
    private IEnumerable<string> CheckMembers(JsonElement schema, JsonElement value, string path)
    {
        foreach (var member in value.EnumerateObject())
        {
            var at = $"{path}::{member.Name}";
            var rules = RulesFor(schema, member.Name).ToList();
            var others = schema.GetProperty("additionalProperties");
            if (rules.Count == 0 && others.ValueKind == JsonValueKind.False)
            {
                yield return $"{at}: is not allowed";
            }
            else if (rules.Count == 0)
            {
                rules.Add(others);
            }

            foreach (var fault in rules.SelectMany(rule => Check(rule, member.Value, at)))
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<JsonElement> RulesFor(JsonElement schema, string name)
    {
        if (schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var rule))
        {
            yield return rule;
        }

        if (schema.TryGetProperty("patternProperties", out var patterns))
        {
            foreach (var pattern in patterns.EnumerateObject().Where(pattern => IsMatch(name, pattern.Name)))
            {
                yield return pattern.Value;
            }
        }
    }

    private static IEnumerable<string> Types(JsonElement operand) =>
        operand.ValueKind == JsonValueKind.Array ? operand.EnumerateArray().Select(type => type.GetString()!) : [operand.GetString()!];

    private static bool Is(JsonElement value, string type) => (value.ValueKind, type) switch
    {
        (JsonValueKind.Object, "object") or (JsonValueKind.Array, "array") or (JsonValueKind.String, "string") or (JsonValueKind.Null, "null") => true,
        (JsonValueKind.True or JsonValueKind.False, "boolean") or (JsonValueKind.Number, "number") => true,
        (JsonValueKind.Number, "integer") => double.IsInteger(value.GetDouble()),
        _ => false,
    };

    private static bool IsMatch(string text, string pattern) => Regex.IsMatch(text, pattern, RegexOptions.ECMAScript, MatchLimit);

    private static IEnumerable<string> Unless(bool isRight, string fault) => isRight ? [] : [fault];
}
