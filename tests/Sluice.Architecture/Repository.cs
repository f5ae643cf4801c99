using System.Xml.Linq;
using Sluice.Testing;

namespace Sluice.Architecture;

/// <summary>The sources as they lie in the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = GoldenFile.PathOf("");

    /// <summary>All C# files below a folder that people wrote, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Sources(params string[] folders) =>
    [
        .. folders
            .Select(folder => Path.Combine(Root, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "obj" or "bin" or "artifacts" or "node_modules"))
            .Order(StringComparer.Ordinal),
    ];

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    public static string Text(string file) => File.ReadAllText(Path.Combine(Root, file));

    public static bool Exists(string file) => Path.Exists(Path.Combine(Root, file));

    /// <summary>Project files below a folder, relative to the root, with forward slashes.</summary>
    public static IReadOnlyList<string> Projects(string folder) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Where(path => !path.Split('/').Any(part => part is "obj" or "bin" or "artifacts" or "node_modules"))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Names of the projects that a project references.</summary>
    public static IReadOnlyList<string> References(string project) =>
    [
        .. XDocument.Load(Path.Combine(Root, project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))),
    ];

    /// <summary>The folders of components, named with their kind: <c>Exporters/FileExporter</c>. Others hold what components of a kind share.</summary>
    public static IReadOnlyList<string> ComponentFolders =>
    [
        .. new[] { "Receivers", "Processors", "Connectors", "Exporters", "Extensions" }
            .Select(kind => $"src/Sluice.Components/{kind}")
            .Where(Exists)
            .SelectMany(kind => Directory.EnumerateDirectories(Path.Combine(Root, kind), "*" + Path.GetFileName(kind).TrimEnd('s')))
            .Select(path => Path.GetRelativePath(Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];
}
