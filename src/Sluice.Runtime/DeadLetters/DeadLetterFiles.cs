using System.Globalization;

namespace Sluice.Runtime.DeadLetters;

/// <summary>The names of the files: <c>dead-letters-0000000001.jsonl</c> and on, in the order of writing.</summary>
internal static class DeadLetterFiles
{
    private const string Prefix = "dead-letters-";
    private const string Extension = ".jsonl";

    /// <summary>The path of a file.</summary>
    public static string PathOf(string directory, long number) =>
        Path.Combine(directory, Prefix + number.ToString("D10", CultureInfo.InvariantCulture) + Extension);

    /// <summary>The files that are there, oldest first; none when the directory is not there.</summary>
    public static List<(long Number, string Path)> List(string directory)
    {
        var files = new List<(long Number, string Path)>();
        if (!Directory.Exists(directory))
        {
            return files;
        }

        foreach (var path in Directory.EnumerateFiles(directory, Prefix + "*" + Extension))
        {
            var number = Path.GetFileNameWithoutExtension(path.AsSpan())[Prefix.Length..];
            if (long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed))
            {
                files.Add((parsed, path));
            }
        }

        files.Sort((a, b) => a.Number.CompareTo(b.Number));
        return files;
    }
}
