using System.Globalization;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>
/// The renamed files beside a file: <c>name-2026-01-31T23-59-59.999.ext</c>, the time of the renaming before the extension, as the
/// Collector's exporter names them.
/// </summary>
internal sealed class BackupFiles(string path, bool localTime, TimeProvider time)
{
    private const string Format = "yyyy-MM-dd'T'HH-mm-ss.fff";

    private readonly string _directory = Path.GetDirectoryName(path)!;
    private readonly string _prefix = Path.GetFileNameWithoutExtension(path) + "-";
    private readonly string _extension = Path.GetExtension(path);

    /// <summary>A name for a backup made now; later by milliseconds if that is taken, so that no backup is overwritten.</summary>
    public string NextPath()
    {
        var now = Now();
        while (true)
        {
            var candidate = Path.Combine(_directory, _prefix + now.ToString(Format, CultureInfo.InvariantCulture) + _extension);
            if (!Path.Exists(candidate))
            {
                return candidate;
            }

            now = now.AddMilliseconds(1);
        }
    }

    /// <summary>All backups, newest first.</summary>
    public List<(string Path, DateTimeOffset Time)> List()
    {
        var found = new List<(string Path, DateTimeOffset Time)>();
        foreach (var file in Directory.EnumerateFiles(_directory, _prefix + "*" + _extension))
        {
            var name = Path.GetFileName(file.AsSpan());
            if (name.Length == _prefix.Length + 23 + _extension.Length
                && name.StartsWith(_prefix, StringComparison.Ordinal)
                && name.EndsWith(_extension, StringComparison.Ordinal)
                && DateTime.TryParseExact(
                    name.Slice(_prefix.Length, 23), Format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var stamp))
            {
                // The offset of now is taken for all: an hour at a change of clocks does not matter to an age in days.
                found.Add((file, new DateTimeOffset(stamp, Now().Offset)));
            }
        }

        found.Sort((a, b) => string.CompareOrdinal(b.Path, a.Path));
        return found;
    }

    /// <summary>Removes what is beyond the limits.</summary>
    /// <param name="maxBackups">Backups that stay; 0 for all.</param>
    /// <param name="maxDays">Their age; 0 for any.</param>
    public void Prune(int maxBackups, int maxDays)
    {
        if (maxBackups == 0 && maxDays == 0)
        {
            return;
        }

        var backups = List();
        for (var i = 0; i < backups.Count; i++)
        {
            if ((maxBackups > 0 && i >= maxBackups) || (maxDays > 0 && time.GetUtcNow() - backups[i].Time > TimeSpan.FromDays(maxDays)))
            {
                File.Delete(backups[i].Path);
            }
        }
    }

    private DateTimeOffset Now() => localTime ? time.GetLocalNow() : time.GetUtcNow();
}
