namespace Sluice.Store.Tests.Support;

/// <summary>A directory that goes when the test ends.</summary>
public sealed class TempDirectory : IDisposable
{
    public TempDirectory() => Path = Directory.CreateTempSubdirectory("sluice-store-").FullName;

    public string Path { get; }

    /// <summary>The store files, oldest first.</summary>
    public IReadOnlyList<string> StoreFiles => [.. Directory.GetFiles(Path, "*.db").OrderBy(file => file.Split('-')[^1], StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
