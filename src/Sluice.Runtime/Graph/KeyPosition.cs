using System.Globalization;
using Sluice.Configuration;

namespace Sluice.Runtime.Graph;

/// <summary>Finds where a key of a component stands in the file.</summary>
internal static class KeyPosition
{
    /// <summary>The place of a key below an entry, such as <c>table[0]::pipelines</c>; of the part of it that is there.</summary>
    public static SourcePosition? Of(ConfigEntry entry, string key)
    {
        var position = entry.KeyPosition;
        ConfigNode? node = entry.Value;
        foreach (var part in key.Split(ConfigPath.Separator))
        {
            var bracket = part.IndexOf('[', StringComparison.Ordinal);
            if ((node as ConfigMap)?.Find(bracket < 0 ? part : part[..bracket]) is not { } child)
            {
                break;
            }

            position = child.KeyPosition;
            node = child.Value;
            if (bracket >= 0 &&
                int.TryParse(part.AsSpan(bracket + 1, part.Length - bracket - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                node = (node as ConfigList)?.Items.ElementAtOrDefault(index);
                position = node?.Position ?? position;
            }
        }

        return position;
    }
}
