using Sluice.Configuration;
using Sluice.Testing;

namespace Sluice.Tests.Compatibility;

/// <summary>
/// Walks the checked-in lists of the Collector's keys, for every component and for <c>service</c>: each key is of the class that the list
/// says, each declared key is listed, and a configuration that uses it meets what its class promises.
/// </summary>
public sealed class CollectorKeysTests
{
    public static TheoryData<string> Subjects => [.. CollectorKeyList.Subjects];

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Every_key_is_listed_with_its_class(string subject)
    {
        var type = CollectorKeyList.OptionsOf(subject);
        var list = CollectorKeyList.Read(subject);
        var unknown = list.Marks.Keys.Where(key => OptionTree.ClassOf(type, key) is null).ToList();
        Assert.True(unknown.Count == 0, $"{list.File}: these keys are not declared: implement them, or declare them ignored or unsupported: {string.Join(", ", unknown)}");

        var holders = list.Marks.Keys.Intersect(OptionTree.Holders(type)).ToList();
        Assert.True(holders.Count == 0, $"{list.File}: list the keys below these instead: {string.Join(", ", holders)}");

        // What is not the Collector's is known to people alone; a new key that does something is taken for Sluice's own until one says otherwise.
        var expected = list.Marks.Select(entry => (entry.Value == CollectorKeyList.Own ? CollectorKeyList.Own : MarkOf(type, entry.Key), entry.Key))
            .Concat(OptionTree.Leaves(type)
                .Where(key => !list.Marks.ContainsKey(key.Path) && !list.Marks.Keys.Any(listed => listed.StartsWith(key.Path + "::", StringComparison.Ordinal)))
                .Select(key => (key.Option.Class == OptionClass.Implemented ? CollectorKeyList.Own : MarkOf(type, key.Path), key.Path)));

        GoldenFile.Check(list.File, CollectorKeyList.Format(expected));
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public void Only_what_does_something_is_a_key_of_our_own(string subject)
    {
        var type = CollectorKeyList.OptionsOf(subject);

        Assert.All(CollectorKeyList.Read(subject).Marks.Where(key => key.Value == CollectorKeyList.Own), key =>
            Assert.Equal(OptionClass.Implemented, OptionTree.ClassOf(type, key.Key)));
    }

    [Theory]
    [MemberData(nameof(Subjects))]
    public void A_key_meets_what_its_class_promises(string subject)
    {
        var type = CollectorKeyList.OptionsOf(subject);
        var isWhollyIgnored = OptionCatalog.Describe(type) is { Class: OptionClass.Ignored };
        foreach (var (path, option) in OptionTree.Leaves(type))
        {
            var said = Bind(type, path).Items.Where(item => item.Key == path.Replace("[]", "[0]", StringComparison.Ordinal) && item.Message != "the key is required").ToList();
            switch (option.Class)
            {
                case OptionClass.Implemented:
                    Assert.DoesNotContain(said, item => item.Message.Contains("unknown key", StringComparison.Ordinal) || item.Severity == DiagnosticSeverity.Warning);
                    break;
                case OptionClass.Ignored when IsInIgnoredRecord(type, path):
                    Assert.Empty(said);
                    break;
                case OptionClass.Ignored:
                    var warning = Assert.Single(said);
                    Assert.Equal((DiagnosticSeverity.Warning, option.Reason), (warning.Severity, warning.Remedy));
                    break;
                case OptionClass.Unsupported:
                    var error = Assert.Single(said);
                    Assert.Equal((DiagnosticSeverity.Error, option.Reason), (error.Severity, error.Remedy));
                    break;
            }

            Assert.True(option.Class == OptionClass.Implemented || option.Reason.Length > 0, $"{path} says no reason");
            Assert.False(isWhollyIgnored && option.Class == OptionClass.Unsupported, $"{path} is refused inside of what is accepted");
        }
    }

    [Fact]
    public void There_is_no_list_of_something_that_is_not_there()
    {
        var root = GoldenFile.PathOf("docs/collector-keys");
        var files = Directory.EnumerateFiles(root, "*.txt", SearchOption.AllDirectories)
            .Select(file => Path.ChangeExtension(Path.GetRelativePath(root, file), null)!.Replace(Path.DirectorySeparatorChar, '/'));

        Assert.Empty(files.Except(CollectorKeyList.Subjects));
    }

    private static string MarkOf(Type type, string path) => OptionTree.ClassOf(type, path)!.Value.ToString().ToLowerInvariant();

    /// <summary>Whether the record says once for all of its keys that they have no effect.</summary>
    private static bool IsInIgnoredRecord(Type type, string path) => Bind(type, path).Items.Any(item => item.Message == "is accepted without effect");

    /// <summary>Binds a configuration of one key, whose value is a text.</summary>
    private static DiagnosticBag Bind(Type type, string path)
    {
        var yaml = "x";
        foreach (var part in path.Replace("[]", "::[]", StringComparison.Ordinal).Split("::").Reverse())
        {
            yaml = part == "[]" ? $"[{yaml}]" : $"{{{part}: {yaml}}}";
        }

        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("key.yaml", yaml)]);
        OptionBinder.Bind(type, loaded.Root, loaded.Diagnostics, "");
        return loaded.Diagnostics;
    }
}
