using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>
/// Names the place of a byte offset in a JSON text by reading the text again up to there. Only errors need paths, so reading well-formed
/// requests pays nothing for them.
/// </summary>
internal static class JsonPathFinder
{
    private const int MaximumName = 64;
    private const int MaximumPath = 512;

    /// <summary>The path of the value, or of the value whose name, starts at or behind <paramref name="offset"/>; empty at the top.</summary>
    public static string Find(ReadOnlySpan<byte> json, long offset, JsonReaderOptions options)
    {
        var levels = new List<Level>();
        var reader = new Utf8JsonReader(json, options);
        try
        {
            while (reader.Read() && !Visit(ref reader, levels, offset))
            {
            }
        }
        catch (JsonException)
        {
            // The text breaks off here, which is what the caller reports: the levels open now are the place.
        }

        return Format(levels);
    }

    /// <returns>True when the token is the one looked for.</returns>
    private static bool Visit(ref Utf8JsonReader reader, List<Level> levels, long offset)
    {
        var token = reader.TokenType;
        if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
        {
            levels.RemoveAt(levels.Count - 1);
            return false;
        }

        if (levels.Count > 0)
        {
            var top = levels[^1];
            if (token == JsonTokenType.PropertyName)
            {
                levels[^1] = top with { Name = NameOf(ref reader) };
            }
            else if (top.IsArray)
            {
                levels[^1] = top with { Index = top.Index + 1 };
            }
        }

        if (reader.TokenStartIndex >= offset)
        {
            return true;
        }

        if (token is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            levels.Add(new Level(token == JsonTokenType.StartArray, -1, null));
        }

        return false;
    }

    private static string NameOf(ref Utf8JsonReader reader)
    {
        var bytes = reader.ValueSpan;
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaximumName)]);
        return bytes.Length > MaximumName ? text + "…" : text;
    }

    private static string Format(List<Level> levels)
    {
        var path = new StringBuilder();
        foreach (var level in levels)
        {
            if (path.Length > MaximumPath)
            {
                return path.Append('…').ToString();
            }

            if (level.IsArray && level.Index >= 0)
            {
                path.Append(CultureInfo.InvariantCulture, $"[{level.Index}]");
            }
            else if (level.Name is not null)
            {
                path.Append(path.Length > 0 ? "." : "").Append(level.Name);
            }
        }

        return path.ToString();
    }

    private readonly record struct Level(bool IsArray, int Index, string? Name);
}
