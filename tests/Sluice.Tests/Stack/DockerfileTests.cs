using System.Text.Json;
using System.Text.RegularExpressions;
using Sluice.Testing;

namespace Sluice.Tests.Stack;

/// <summary>The <c>Dockerfile</c>: what it copies exists and reaches the builder, and the image is what it promises to be.</summary>
public sealed partial class DockerfileTests
{
    private static readonly List<(string Instruction, string Arguments)> Instructions = Read();

    [Fact]
    public void Every_base_is_pinned_to_a_line_of_releases()
    {
        var bases = Of("FROM").Select(from => Base().Match(from)).ToList();

        Assert.Equal(3, bases.Count);
        Assert.All(bases, from => Assert.True(from.Success, $"FROM {from}"));
        Assert.EndsWith("-chiseled", bases[^1].Groups["tag"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_copied_exists_and_is_not_kept_from_the_builder()
    {
        var stages = Of("FROM").Select(from => Base().Match(from).Groups["stage"].Value).ToHashSet();
        var ignored = File.ReadAllLines(GoldenFile.PathOf(".dockerignore"));
        Assert.Contains("*", ignored);
        foreach (var copy in Of("COPY"))
        {
            var words = copy.Split(' ').Where(word => !word.StartsWith("--", StringComparison.Ordinal)).ToArray();
            if (copy.Split(' ').FirstOrDefault(word => word.StartsWith("--from=", StringComparison.Ordinal)) is { } from)
            {
                Assert.Contains(from["--from=".Length..], stages);
                continue;
            }

            Assert.All(words[..^1], source =>
            {
                Assert.True(Path.Exists(GoldenFile.PathOf(source)), $"COPY {copy}: {source} is not there");
                Assert.Contains("!" + source.Split('/')[0], ignored);
            });
        }
    }

    /// <summary>What MSBuild and the compiler look for in folders above a project is not named in any file, and the build goes on without it in another way.</summary>
    [Fact]
    public void The_build_gets_what_every_build_here_reads()
    {
        var read = Directory.EnumerateFiles(GoldenFile.PathOf(".")).Select(file => Path.GetFileName(file)).Where(name => SettingOfBuilds().IsMatch(name)).ToList();
        var copied = Of("COPY").SelectMany(copy => copy.Split(' ')).ToHashSet();

        Assert.Superset(new HashSet<string> { ".editorconfig", "Directory.Build.props" }, read.ToHashSet());
        Assert.All(read, name => Assert.Contains(name, copied));
    }

    [Fact]
    public void The_process_gets_its_signals_and_has_no_rights()
    {
        var last = Instructions[Instructions.FindLastIndex(instruction => instruction.Instruction == "FROM")..];
        var values = last.ToLookup(instruction => instruction.Instruction, instruction => instruction.Arguments);

        // As a list, since there is no shell, and since the process itself has to be the one that is signalled.
        Assert.Equal(["/app/sluice"], JsonSerializer.Deserialize<string[]>(Assert.Single(values["ENTRYPOINT"]))!);
        Assert.Equal(["/app/sluice", "health"], JsonSerializer.Deserialize<string[]>(Assert.Single(values["HEALTHCHECK"])[(values["HEALTHCHECK"].Single().IndexOf("CMD ", StringComparison.Ordinal) + 4)..])!);
        Assert.Equal("SIGTERM", Assert.Single(values["STOPSIGNAL"]));
        Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", Assert.Single(values["USER"]));
        Assert.Empty(values["RUN"]);
        Assert.Equal(Assert.Single(values["VOLUME"]), Assert.Single(values["WORKDIR"]));
        Assert.Contains(values["COPY"], copy => copy.Contains($"--chown={values["USER"].Single()}", StringComparison.Ordinal) && copy.EndsWith(values["VOLUME"].Single(), StringComparison.Ordinal));
        Assert.Contains(values["COPY"], copy => copy.EndsWith(JsonSerializer.Deserialize<string[]>(Assert.Single(values["CMD"]))![1], StringComparison.Ordinal));
    }

    private static IEnumerable<string> Of(string instruction) => Instructions.Where(one => one.Instruction == instruction).Select(one => one.Arguments);

    private static List<(string Instruction, string Arguments)> Read()
    {
        var text = File.ReadAllText(GoldenFile.PathOf("Dockerfile")).Replace("\\\n", " ", StringComparison.Ordinal);
        return [.. text.Split('\n').Where(line => line.Length > 0 && !line.StartsWith('#')).Select(line => Instruction().Match(line)).Select(match =>
        {
            Assert.True(match.Success, match.ToString());
            return (match.Groups["name"].Value, match.Groups["rest"].Value);
        })];
    }

    [GeneratedRegex("^(?:--platform=\\$BUILDPLATFORM )?(?<image>[a-z0-9./-]+):(?<tag>[0-9]+\\.[0-9]+[a-z0-9.-]*)(?: AS (?<stage>[a-z]+))?$", RegexOptions.None, 5000)]
    private static partial Regex Base();

    [GeneratedRegex("^(\\.editorconfig|global\\.json|BannedSymbols\\.txt|.*\\.(props|targets|globalconfig)|nuget\\.config)$", RegexOptions.IgnoreCase, 5000)]
    private static partial Regex SettingOfBuilds();

    [GeneratedRegex("^(?<name>ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|RUN|STOPSIGNAL|USER|VOLUME|WORKDIR) (?<rest>.+)$", RegexOptions.None, 5000)]
    private static partial Regex Instruction();
}
