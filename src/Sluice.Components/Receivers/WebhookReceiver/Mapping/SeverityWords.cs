using System.Collections.Frozen;

namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>Words for how grave something is, and their severity numbers (OpenTelemetry Logs Data Model).</summary>
internal static class SeverityWords
{
    private static readonly FrozenDictionary<string, int> Numbers = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase)
    {
        ["debug"] = 5,
        ["info"] = 9,
        ["information"] = 9,
        ["notice"] = 10,
        ["low"] = 9,
        ["none"] = 9,
        ["resolved"] = 9,
        ["success"] = 9,
        ["succeeded"] = 9,
        ["warn"] = 13,
        ["warning"] = 13,
        ["medium"] = 13,
        ["error"] = 17,
        ["failure"] = 17,
        ["failed"] = 17,
        ["high"] = 17,
        ["major"] = 17,
        ["page"] = 17,
        ["critical"] = 18,
        ["fatal"] = 21,
        ["emergency"] = 21,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>The number of a word; 0 for one that is not known.</summary>
    public static int NumberOf(string word) => Numbers.GetValueOrDefault(word);
}
