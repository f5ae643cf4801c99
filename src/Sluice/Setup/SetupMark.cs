using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Sluice.Setup;

/// <summary>By what Sluice knows again what it set up.</summary>
/// <param name="ManagedBy">Who manages it.</param>
/// <param name="Version">The version of what was shipped.</param>
/// <param name="Digest">Of what it says.</param>
internal sealed partial record SetupMark(string ManagedBy, int Version, string Digest)
{
    /// <summary>The mark in what is there; null for none.</summary>
    public static SetupMark? Read(JsonObject holder)
    {
        if (holder["_meta"] is JsonObject meta)
        {
            return meta["managed_by"] is JsonValue manager && manager.TryGetValue<string>(out var name)
                ? new SetupMark(name, (int?)meta["version"] ?? 0, (string?)meta["digest"] ?? "")
                : null;
        }

        var match = Description().Match((string?)holder["description"] ?? "");
        return match.Success
            ? new SetupMark(match.Groups["manager"].Value, int.Parse(match.Groups["version"].Value, CultureInfo.InvariantCulture), match.Groups["digest"].Value)
            : null;
    }

    /// <summary>The form in a text, for what has no place for it.</summary>
    public string ToDescription(string description) => string.Create(CultureInfo.InvariantCulture, $"{description} [managed_by: {ManagedBy}, version: {Version}, digest: {Digest}]");

    [GeneratedRegex(@"\[managed_by: (?<manager>\w+), version: (?<version>\d+), digest: (?<digest>\w+)\]$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Description();
}
