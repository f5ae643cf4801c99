using Xunit;

namespace Sluice.Testing;

/// <summary>
/// Compares output with a checked-in file. With <c>SLUICE_UPDATE_GOLDEN=1</c> in the environment the file is written instead: look at
/// the difference before committing it.
/// </summary>
public static class GoldenFile
{
    private const string UpdateVariable = "SLUICE_UPDATE_GOLDEN";

    private static readonly Lazy<string> Root = new(FindRoot);

    /// <summary>The full path of something in the repository, wherever the tests run from.</summary>
    /// <param name="relative">From the root, with forward slashes.</param>
    public static string PathOf(string relative) => Path.Combine(Root.Value, relative.Replace('/', Path.DirectorySeparatorChar));

    /// <summary>
    /// The cases of a folder: names, without the ending, of the files with this ending, sorted. <c>01-a.yaml</c> and the ending
    /// <c>.yaml</c> make the case <c>01-a</c>, whose expected output is in <c>01-a.expected.txt</c>.
    /// </summary>
    public static IReadOnlyList<string> Cases(string folder, string ending) =>
    [
        .. Directory.EnumerateFiles(PathOf(folder), "*" + ending)
            .Select(path => Path.GetFileName(path)[..^ending.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Compares with <c>case.expected.txt</c> in the folder; line ends are compared as line feeds.</summary>
    public static void CheckCase(string folder, string caseName, string actual) => Check($"{folder}/{caseName}.expected.txt", actual);

    /// <summary>Compares with a file, from the root of the repository.</summary>
    public static void Check(string file, string actual)
    {
        var path = PathOf(file);
        actual = actual.ReplaceLineEndings("\n");
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, actual);
            return;
        }

        Assert.True(File.Exists(path), $"{file} is missing. Run once with {UpdateVariable}=1 and review what it writes:\n{actual}");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n"), actual);
    }

    /// <summary>
    /// Compares with a generated block inside a file that people write, such as the table of options in a README: what stands between the
    /// lines <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>. Updating replaces only the block.
    /// </summary>
    public static void CheckBlock(string file, string name, string actual)
    {
        var path = PathOf(file);
        var text = File.ReadAllText(path).ReplaceLineEndings("\n");
        var (open, close) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var start = text.IndexOf(open, StringComparison.Ordinal) + open.Length;
        var end = text.IndexOf(close, StringComparison.Ordinal);
        Assert.True(start >= open.Length && end >= start, $"{file} has no lines {open.TrimEnd()} and {close} to hold the generated text");

        var expected = "\n" + actual.ReplaceLineEndings("\n").Trim('\n') + "\n\n";
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            File.WriteAllText(path, text[..start] + expected + text[end..]);
            return;
        }

        Assert.Equal(expected, text[start..end]);
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Pipeline.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("The tests do not run inside the repository: no Pipeline.sln above " + AppContext.BaseDirectory);
    }
}
