using System.IO.Enumeration;
using Sluice.Configuration;

namespace Sluice.Components.Receivers.PrometheusReceiver.Targets;

/// <summary>The groups of targets in files, as <c>file_sd_configs</c> name them.</summary>
internal static class TargetFiles
{
    /// <summary>A star stands for any characters of a name, as in Prometheus; what may not be listed is an error, not an empty directory.</summary>
    private static readonly EnumerationOptions Listing = new()
    {
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = false,
        MatchCasing = MatchCasing.CaseSensitive,
        MatchType = MatchType.Simple,
    };

    /// <summary>Reads all files that paths name.</summary>
    /// <param name="paths">Paths, the last part of which may have <c>*</c> in it.</param>
    /// <param name="before">What was read of each file the last time: it goes on to hold while a file or its directory cannot be read.</param>
    /// <param name="report">Gets what is wrong with a file or directory. One that is not there is wrong too, and what was in it is gone.</param>
    /// <returns>The groups by file.</returns>
    public static Dictionary<string, IReadOnlyList<TargetGroupOptions>> Read(
        IEnumerable<string> paths, IReadOnlyDictionary<string, IReadOnlyList<TargetGroupOptions>> before, Action<string, string> report)
    {
        var groups = new Dictionary<string, IReadOnlyList<TargetGroupOptions>>(StringComparer.Ordinal);
        foreach (var file in paths.SelectMany(path => Files(path, before, report)).Distinct(StringComparer.Ordinal))
        {
            try
            {
                groups[file] = Parse(file, File.ReadAllText(file));
            }
            catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
            {
                report(file, "there is no such file");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
            {
                report(file, e.Message);
                if (before.TryGetValue(file, out var kept))
                {
                    groups[file] = kept;
                }
            }
        }

        return groups;
    }

    private static IReadOnlyList<string> Files(string path, IReadOnlyDictionary<string, IReadOnlyList<TargetGroupOptions>> before, Action<string, string> report)
    {
        if (!path.Contains('*', StringComparison.Ordinal))
        {
            return [path];
        }

        try
        {
            var directory = Path.GetDirectoryName(path) is { Length: > 0 } named ? named : ".";
            return [.. Directory.EnumerateFiles(directory, Path.GetFileName(path), Listing).Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            report(path, "there is no such directory");
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            report(path, e.Message);
            return [.. before.Keys.Where(file => FileSystemName.MatchesSimpleExpression(path, file, ignoreCase: false))];
        }
    }

    /// <exception cref="FormatException">It holds no list of groups.</exception>
    private static List<TargetGroupOptions> Parse(string file, string text)
    {
        var diagnostics = new DiagnosticBag();
        var groups = new List<TargetGroupOptions>();
        var root = YamlDocument.Read(file, text, diagnostics);
        if (root is ConfigList list)
        {
            foreach (var item in list.Items)
            {
                if (item is not ConfigMap group)
                {
                    diagnostics.Error(item.Position, "", "this is no group of targets", "write {targets: [\"host:port\"], labels: {…}}");
                }
                else if (OptionBinder.Bind<TargetGroupOptions>(group, diagnostics, "") is { } bound)
                {
                    groups.Add(bound);
                }
            }
        }
        else if (root is not null && root is not ConfigScalar { IsNull: true })
        {
            diagnostics.Error(root.Position, "", "this is no list of groups of targets", "write - {targets: [\"host:port\"], labels: {…}}");
        }

        return diagnostics.HasErrors ? throw new FormatException(string.Join("; ", diagnostics.InReadingOrder())) : groups;
    }
}
