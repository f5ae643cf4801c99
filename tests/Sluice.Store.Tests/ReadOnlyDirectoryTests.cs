using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Sluice.Store.Tests.Support;

namespace Sluice.Store.Tests;

/// <summary>Stores that the reader may read but not write, such as another user's.</summary>
[SupportedOSPlatform("linux")]
public sealed class ReadOnlyDirectoryTests
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const uint Nobody = 65534;

    [Fact]
    public async Task A_store_that_was_closed_is_read_from_a_directory_that_cannot_be_written()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the test takes its rights away as only Linux can");
        await using var store = new StoreFixture();
        var records = new SampleGenerator(1).Group(20, spans: false);
        await store.StoreAsync(records);
        await store.CloseWriterAsync();

        var (found, warnings) = ReadAsNobody(store.Directory.Path);

        Assert.Equal(records.Select(record => record.Id), found);
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task A_store_whose_writer_died_is_read_with_what_it_left_beside_the_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the test takes its rights away as only Linux can");
        await using var store = new StoreFixture();
        var records = new SampleGenerator(1).Group(20, spans: false);
        await store.StoreAsync(records);
        using var copy = Copy(Assert.Single(store.Directory.StoreFiles), "", "-wal", "-shm");

        var (found, warnings) = ReadAsNobody(copy.Path);

        Assert.Equal(records.Select(record => record.Id), found);
        Assert.Empty(warnings);
    }

    [Fact]
    public async Task A_store_that_would_have_to_be_recovered_first_is_left_out_and_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the test takes its rights away as only Linux can");
        await using var store = new StoreFixture();
        await store.StoreAsync(new SampleGenerator(1).Group(20, spans: false));
        var file = Assert.Single(store.Directory.StoreFiles);
        using var copy = Copy(file, "", "-wal");

        var (found, warnings) = ReadAsNobody(copy.Path);

        Assert.Empty(found);
        Assert.Contains(Path.GetFileName(file), Assert.Single(warnings), StringComparison.Ordinal);
        Assert.Contains("check that the directory exists and that this user may read and write it", warnings[0], StringComparison.Ordinal);
    }

    /// <summary>As a crash of the writer leaves its files: it is idle, so that they belong together.</summary>
    private static TempDirectory Copy(string file, params string[] endings)
    {
        var copy = new TempDirectory();
        foreach (var ending in endings)
        {
            File.Copy(file + ending, Path.Combine(copy.Path, Path.GetFileName(file) + ending));
        }

        return copy;
    }

    /// <summary>Reads on a thread that may not write: to root, which may do everything, modes alone mean nothing.</summary>
    private static (List<string> Found, IReadOnlyList<string> Warnings) ReadAsNobody(string directory)
    {
        var before = File.GetUnixFileMode(directory);
        File.SetUnixFileMode(directory, ReadOnly);
        var found = new List<string>();
        IReadOnlyList<string> warnings = [];
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                if (Environment.IsPrivilegedProcess)
                {
                    // For this thread only, which ends here: file access is that of another user from now on.
                    _ = SetFileSystemUser(Nobody);
                }

                Assert.Throws<UnauthorizedAccessException>(() => File.WriteAllText(Path.Combine(directory, "probe"), ""));
                using var reader = new StoreReader(directory);
                using var search = reader.SearchLogs(new LogQuery { Order = SearchOrder.OldestFirst }, CancellationToken.None);
                while (search.MoveNext())
                {
                    found.Add(Support.Found.Id(search.Json));
                }

                warnings = search.Warnings;
            }
            catch (Exception error)
            {
                failure = error;
            }
        });
        thread.Start();
        thread.Join();
        File.SetUnixFileMode(directory, before);
        Assert.Null(failure);
        return (found, warnings);
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    private static extern int SetFileSystemUser(uint user);
}
