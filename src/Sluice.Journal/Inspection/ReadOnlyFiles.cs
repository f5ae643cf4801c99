namespace Sluice.Journal;

/// <summary>A directory that is only looked at: takes no lock, and whatever would change anything throws, so that no look from outside ever does.</summary>
internal sealed class ReadOnlyFiles(IJournalFiles files) : IJournalFiles
{
    public string Path => files.Path;

    public void Lock() => throw Refused();

    public IReadOnlyList<string> List() => files.List();

    public JournalFile Open(string name, JournalFileAccess access) =>
        access == JournalFileAccess.Read ? files.Open(name, JournalFileAccess.Read) : throw Refused();

    public void Delete(string name) => throw Refused();

    public void Rename(string from, string to) => throw Refused();

    public void FlushDirectory() => throw Refused();

    public long GetFreeBytes() => files.GetFreeBytes();

    public string? GetNetworkFileSystem() => files.GetNetworkFileSystem();

    public void Dispose() => files.Dispose();

    private InvalidOperationException Refused() => new($"The journal in {Path} is only looked at.");
}
