using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;
using Sluice.Testing;

namespace Sluice.Tests.Compatibility;

/// <summary>
/// The checked-in list of the keys of one component or of <c>service</c>, below <c>docs/collector-keys</c>: what the Collector knows, each key
/// with its class here, and what is Sluice's own.
/// </summary>
internal sealed class CollectorKeyList
{
    /// <summary>The mark of a key that the Collector does not have.</summary>
    public const string Own = "own";

    private CollectorKeyList(string file, IReadOnlyDictionary<string, string> marks)
    {
        File = file;
        Marks = marks;
    }

    /// <summary>Where it is, from the root of the repository.</summary>
    public string File { get; }

    /// <summary>Key to mark: <c>implemented</c>, <c>ignored</c>, <c>unsupported</c> or <c>own</c>.</summary>
    public IReadOnlyDictionary<string, string> Marks { get; }

    /// <summary>What lists are there for: <c>service</c>, and every component as <c>receivers/otlp</c>.</summary>
    public static IEnumerable<string> Subjects =>
        BuiltIn.Components.All.Select(factory => $"{ComponentSections.NameOf(factory.Kind)}s/{factory.Type}").Prepend("service");

    /// <summary>The options that a subject stands for.</summary>
    public static Type OptionsOf(string subject)
    {
        if (subject == "service")
        {
            return typeof(ServiceOptions);
        }

        var parts = subject.Split('/');
        ComponentKind kind = ComponentSections.KindOf(parts[0]) ?? throw new ArgumentException($"{parts[0]} is no section.", nameof(subject));
        return BuiltIn.Components.Find(kind, parts[1])!.OptionsType;
    }

    /// <summary>Reads a list; empty when it is missing.</summary>
    public static CollectorKeyList Read(string subject)
    {
        var file = $"docs/collector-keys/{subject}.txt";
        var path = GoldenFile.PathOf(file);
        var marks = new Dictionary<string, string>();
        foreach (var line in System.IO.File.Exists(path) ? System.IO.File.ReadAllLines(path) : [])
        {
            if (line.Length > 0 && !line.StartsWith('#'))
            {
                var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                Assert.True(words.Length == 2 && words[0] is "implemented" or "ignored" or "unsupported" or Own, $"{file}: \"{line}\" is not a class and a key");
                Assert.True(marks.TryAdd(words[1], words[0]), $"{file}: {words[1]} stands there twice");
            }
        }

        return new CollectorKeyList(file, marks);
    }

    /// <summary>The text of a list.</summary>
    public static string Format(IEnumerable<(string Mark, string Key)> keys) =>
        string.Concat(keys.Select(key => $"{key.Mark,-11} {key.Key}\n"));
}
