using Sluice.Components.Receivers.PrometheusReceiver;
using Sluice.Components.Receivers.PrometheusReceiver.Targets;

namespace Sluice.Components.Tests.Receivers.PrometheusReceiver;

public sealed class TargetFilesTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sluice-targets-").FullName;
    private readonly List<string> _problems = [];
    private Dictionary<string, IReadOnlyList<TargetGroupOptions>> _files = [];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Files_come_change_and_go()
    {
        Write("a.json", """[{"targets": ["a:1"]}]""");
        Write("b.json", """[{"targets": ["b:1"], "labels": {"x": "y"}}]""");
        Write("B.JSON", "not taken: names are compared exactly");
        Assert.Equal("a:1 b:1", Read("*.json"));
        Write("a.json", """[{"targets": ["a:2", "a:3"]}]""");
        File.Delete(PathOf("b.json"));
        Assert.Equal("a:2 a:3", Read("*.json"));
        Assert.Empty(_problems);
    }

    [Fact]
    public void What_a_file_said_before_holds_while_it_cannot_be_read()
    {
        Write("a.json", """[{"targets": ["a:1"]}]""");
        Assert.Equal("a:1", Read("a.json"));
        Write("a.json", """[{"targets": """);
        Assert.Equal("a:1", Read("a.json"));
        Assert.Contains(_problems, problem => problem.StartsWith(PathOf("a.json"), StringComparison.Ordinal));
        Write("a.json", """{"targets": []}""");
        Assert.Equal("a:1", Read("a.json"));
        Assert.Contains(_problems, problem => problem.Contains("this is no list of groups of targets", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_files_of_a_directory_said_holds_while_it_cannot_be_listed()
    {
        Directory.CreateDirectory(PathOf("targets"));
        Write("targets/a.json", """[{"targets": ["a:1"]}]""");
        Assert.Equal("a:1", Read("targets/*.json"));

        // A link to itself cannot be listed by anybody, not even by a user who may do everything.
        Directory.Delete(PathOf("targets"), recursive: true);
        File.CreateSymbolicLink(PathOf("targets"), PathOf("targets"));
        Assert.Equal("a:1", Read("targets/*.json"));
        Assert.NotEmpty(_problems);
        File.Delete(PathOf("targets"));
        _problems.Clear();
        Assert.Equal("", Read("targets/*.json"));
        Assert.Equal([$"{PathOf("targets/*.json")}: there is no such directory"], _problems);
    }

    [Fact]
    public void A_file_that_is_not_there_is_told_of()
    {
        Assert.Equal("", Read("a.json"));
        Assert.Equal([$"{PathOf("a.json")}: there is no such file"], _problems);
    }

    private string PathOf(string file) => Path.Join(_directory, file);

    private void Write(string file, string text) => File.WriteAllText(PathOf(file), text);

    private string Read(string path)
    {
        _files = TargetFiles.Read([PathOf(path)], _files, (file, problem) => _problems.Add($"{file}: {problem}"));
        return string.Join(' ', _files.Values.SelectMany(groups => groups).SelectMany(group => group.Targets));
    }
}
