using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sluice.Telemetry.Tests.Encoders.CloudEvents;

/// <summary>The rules of CloudEvents 1.0.2 and of its JSON format, written down a second time: the encoder's oracle.</summary>
internal static partial class CloudEventRules
{
    private static readonly string[] Required = ["specversion", "id", "source", "type"];
    private static readonly string[] Texts = ["specversion", "id", "source", "type", "subject", "time", "datacontenttype", "dataschema"];

    /// <summary>What is wrong with an event; empty when nothing is.</summary>
    public static List<string> Violations(JsonObject cloudEvent)
    {
        var found = new List<string>();
        foreach (var name in Required.Where(name => !cloudEvent.ContainsKey(name)))
        {
            found.Add($"{name} is missing");
        }

        foreach (var (name, value) in cloudEvent.Where(member => member.Key is not ("data" or "data_base64")))
        {
            if (!Name().IsMatch(name))
            {
                found.Add($"{name} is no name");
            }

            switch (value?.GetValueKind())
            {
                case System.Text.Json.JsonValueKind.String:
                    CheckText(name, (string)value!, found);
                    break;
                case System.Text.Json.JsonValueKind.Number when !Texts.Contains(name) && value.AsValue().TryGetValue<int>(out _):
                case System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False when !Texts.Contains(name):
                    break;
                default:
                    found.Add($"{name} has the type of none");
                    break;
            }
        }

        if (cloudEvent.ContainsKey("data") && cloudEvent.ContainsKey("data_base64"))
        {
            found.Add("data is there twice");
        }

        return found;
    }

    private static void CheckText(string name, string value, List<string> found)
    {
        if (value.EnumerateRunes().Any(rune =>
            rune.Value < 0x20 || rune.Value is >= 0x7F and < 0xA0 || rune.Value is >= 0xFDD0 and <= 0xFDEF || rune.Value % 0x10000 >= 0xFFFE))
        {
            found.Add($"{name} has a character that is not allowed");
        }

        if (Texts.Contains(name) && value.Length == 0)
        {
            found.Add($"{name} is empty");
        }

        var isRight = name switch
        {
            "specversion" => value == "1.0",
            "source" => Uri.IsWellFormedUriString(value, UriKind.RelativeOrAbsolute),
            "dataschema" => Uri.IsWellFormedUriString(value, UriKind.Absolute),
            "time" => Timestamp().IsMatch(value) && DateTimeOffset.TryParse(value[..19] + "Z", CultureInfo.InvariantCulture, out _),
            "traceparent" => Version0().IsMatch(value),
            _ => true,
        };
        if (!isRight)
        {
            found.Add($"{name} is \"{value}\"");
        }
    }

    [GeneratedRegex("^[a-z0-9]+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Timestamp();

    [GeneratedRegex("^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")]
    private static partial Regex Version0();
}
