namespace Sluice.Components.Tests.Receivers.HostMetrics;

/// <summary>A copy of a host, to change something of it.</summary>
internal sealed class HostCopy : IDisposable
{
    public HostCopy(string source)
    {
        Path = Directory.CreateTempSubdirectory("sluice-host-").FullName;
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var target = System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(source, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public string Path { get; }

    public void Write(string file, string text)
    {
        var path = System.IO.Path.Combine(Path, file);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text, System.Text.Encoding.Latin1);
    }

    public string Read(string file) => File.ReadAllText(System.IO.Path.Combine(Path, file), System.Text.Encoding.Latin1);

    /// <summary>Puts something there that cannot be read.</summary>
    public void MakeUnreadable(string file)
    {
        Delete(file);
        Directory.CreateDirectory(System.IO.Path.Combine(Path, file));
    }

    public void Delete(string file) => File.Delete(System.IO.Path.Combine(Path, file));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
