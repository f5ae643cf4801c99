namespace Sluice.Journal.Benchmarks;

/// <summary>A directory that is empty at first and goes when it is disposed. Its name is its own, so that one left by a killed run may go too.</summary>
internal sealed class Scratch : IDisposable
{
    public Scratch(Settings settings, string name)
    {
        Path = System.IO.Path.Combine(settings.Directory, "sluice-journal-benchmark-" + name);
        Dispose();
        Directory.CreateDirectory(Path);
    }

    public string Path { get; }

    public string Sub(string name) => Directory.CreateDirectory(System.IO.Path.Combine(Path, name)).FullName;

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }
}
