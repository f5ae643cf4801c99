namespace Sluice.Journal.Tests.Simulation;

/// <summary>The directory of a simulated disk as one process has it.</summary>
internal sealed class SimulatedFiles(SimulatedDisk disk) : IJournalFiles
{
    public string Path => SimulatedDisk.Path;

    public void Lock() => disk.Lock(this);

    public IReadOnlyList<string> List() => disk.List();

    public JournalFile Open(string name, JournalFileAccess access) => disk.Open(name, access);

    public void Delete(string name) => disk.Delete(name);

    public void Rename(string from, string to) => disk.Rename(from, to);

    public void FlushDirectory() => disk.FlushDirectory();

    public long GetFreeBytes() => disk.FreeBytes;

    public string? GetNetworkFileSystem() => null;

    public void Dispose() => disk.Unlock(this);
}
