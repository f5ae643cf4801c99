using System.Globalization;

namespace Sluice.Store.Files;

/// <summary>
/// The name of one store file: <c>20261121T100000Z-3600s-000042.db</c>: the beginning of its period, the period's length, and a number that
/// counts the files of the store. Numbers are never used twice, and their order is the order of arrival, even if the clock was set back.
/// </summary>
/// <param name="PeriodStart">When its period begins.</param>
/// <param name="Period">How long it is, in whole seconds.</param>
/// <param name="Number">Counts from 1.</param>
internal readonly record struct StoreFileName(DateTimeOffset PeriodStart, TimeSpan Period, long Number)
{
    private const string Extension = ".db";
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>What a quarantined file's name ends with.</summary>
    public const string CorruptExtension = ".corrupt";

    /// <summary>When its period ends.</summary>
    public DateTimeOffset PeriodEnd => PeriodStart + Period;

    /// <summary>Reads a file name without its directory; false for anything else that may lie in the directory.</summary>
    public static bool TryParse(string name, out StoreFileName file)
    {
        file = default;
        if (!name.EndsWith(Extension, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = name[..^Extension.Length].Split('-');
        if (parts.Length != 3
            || !DateTimeOffset.TryParseExact(parts[0], TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start)
            || !parts[1].EndsWith('s')
            || !int.TryParse(parts[1].AsSpan(0, parts[1].Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return false;
        }

        file = new StoreFileName(start, TimeSpan.FromSeconds(seconds), number);
        return true;
    }

    /// <summary>The files of a directory, oldest first; none when it does not exist.</summary>
    public static List<StoreFileName> List(string directory) => List(directory, "*" + Extension);

    /// <summary>The highest number that any file of the directory has or had before it was quarantined; 0 for none.</summary>
    public static long HighestNumber(string directory)
    {
        var highest = 0L;
        foreach (var file in List(directory, "*" + Extension).Concat(List(directory, "*" + Extension + CorruptExtension)))
        {
            highest = Math.Max(highest, file.Number);
        }

        return highest;
    }

    /// <summary>The path in a directory.</summary>
    public string In(string directory) => Path.Combine(directory, ToString());

    /// <inheritdoc/>
    public override string ToString()
    {
        var start = PeriodStart.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{start}-{(int)Period.TotalSeconds}s-{Number:D6}{Extension}");
    }

    private static List<StoreFileName> List(string directory, string pattern)
    {
        var files = new List<StoreFileName>();
        if (!Directory.Exists(directory))
        {
            return files;
        }

        foreach (var path in Directory.EnumerateFiles(directory, pattern))
        {
            var name = Path.GetFileName(path);
            name = name.EndsWith(CorruptExtension, StringComparison.Ordinal) ? name[..^CorruptExtension.Length] : name;
            if (TryParse(name, out var file))
            {
                files.Add(file);
            }
        }

        files.Sort(static (left, right) => left.Number.CompareTo(right.Number));
        return files;
    }
}
