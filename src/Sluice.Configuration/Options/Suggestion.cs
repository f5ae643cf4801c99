namespace Sluice.Configuration;

/// <summary>Finds what somebody meant who wrote an unknown name.</summary>
public static class Suggestion
{
    private const int MostListed = 20;

    /// <summary>A remedy: <c>did you mean "endpoint"?</c>, else the list of the known names under a heading such as <c>known keys</c>.</summary>
    public static string For(string written, IEnumerable<string> known, string heading)
    {
        var names = known.ToList();
        if (Nearest(written, names) is { } nearest)
        {
            return $"did you mean \"{nearest}\"?";
        }

        return names.Count switch
        {
            0 => $"{heading}: none",
            <= MostListed => $"{heading}: {string.Join(", ", names)}",
            _ => $"{heading}: {string.Join(", ", names.Take(MostListed))} and {names.Count - MostListed} more",
        };
    }

    /// <summary>The name that differs least, or null when none is near.</summary>
    public static string? Nearest(string written, IReadOnlyList<string> known)
    {
        // Names longer than this are no slip of the finger, and the distance costs the product of the lengths.
        const int LongestCompared = 100;
        if (written.Length is 0 or > LongestCompared)
        {
            return null;
        }

        string? best = null;
        var bestDistance = int.MaxValue;
        var folded = Fold(written);
        foreach (var name in known)
        {
            var distance = Distance(folded, Fold(name));
            if (distance < bestDistance)
            {
                (best, bestDistance) = (name, distance);
            }
        }

        var allowed = Math.Max(1, Math.Min(written.Length, best?.Length ?? 0) / 3);
        return bestDistance <= allowed ? best : null;
    }

    /// <summary>Other spellings of words cost nothing: camel case, dashes.</summary>
    private static string Fold(string name) => SnakeCase.From(name).Replace('-', '_');

    /// <summary>Insertions, deletions, replacements and swaps of neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var table = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    table[i, j] = i + j;
                    continue;
                }

                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                var least = Math.Min(Math.Min(table[i - 1, j] + 1, table[i, j - 1] + 1), table[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    least = Math.Min(least, table[i - 2, j - 2] + 1);
                }

                table[i, j] = least;
            }
        }

        return table[a.Length, b.Length];
    }
}
