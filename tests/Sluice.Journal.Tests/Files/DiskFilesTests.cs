using System.Runtime.Versioning;

namespace Sluice.Journal.Tests.Files;

public sealed class DiskFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly DiskFiles _files;

    public DiskFilesTests()
    {
        _files = new DiskFiles(_directory.Combine("journal"));
        _files.Lock();
    }

    public void Dispose()
    {
        _files.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void What_is_written_at_an_offset_is_read_there_by_another_opening()
    {
        using (var file = _files.Open("a", JournalFileAccess.Create))
        {
            file.Write(5000, "later"u8);
            file.Write(0, "first"u8);
            file.Flush();
            Assert.Equal(5005, file.Length);
            Assert.Equal("a", file.Name);
        }

        _files.FlushDirectory();
        using var again = _files.Open("a", JournalFileAccess.Read);
        var bytes = new byte[10];
        Assert.Equal(10, again.Read(0, bytes));
        Assert.Equal("first\0\0\0\0\0"u8, bytes);
        Assert.Equal(5, again.Read(5000, bytes));
        Assert.Equal("later"u8, bytes.AsSpan(0, 5));
        Assert.Equal(0, again.Read(5005, bytes));
    }

    [Fact]
    public void One_file_is_written_and_read_through_two_openings_at_once()
    {
        using var writer = _files.Open("a", JournalFileAccess.Create);
        using var reader = _files.Open("a", JournalFileAccess.Read);
        writer.Write(0, "abc"u8);
        var bytes = new byte[3];
        Assert.Equal(3, reader.Read(0, bytes));
        Assert.Equal("abc"u8, bytes);
    }

    [Fact]
    public void The_list_names_the_files_but_not_those_of_the_lock()
    {
        Assert.Empty(_files.List());
        _files.Open("b", JournalFileAccess.Create).Dispose();
        _files.Open("a", JournalFileAccess.Create).Dispose();
        Assert.Equal(["a", "b"], _files.List().Order());
        Assert.Equal(4, Directory.GetFiles(_files.Path).Length);
    }

    [Fact]
    public void A_directory_that_is_not_there_has_no_files()
    {
        using var files = new DiskFiles(_directory.Combine("missing", "deeper"));
        Assert.Empty(files.List());
        Assert.InRange(files.GetFreeBytes(), 1, long.MaxValue);
        Assert.Null(files.GetNetworkFileSystem());
        Assert.False(Directory.Exists(_directory.Combine("missing")));
    }

    [Fact]
    public void A_renamed_file_takes_the_place_of_the_one_that_had_the_name()
    {
        foreach (var name in new[] { "old", "new" })
        {
            using var file = _files.Open(name, JournalFileAccess.Create);
            file.Write(0, [(byte)name[0]]);
        }

        _files.Rename("new", "old");
        Assert.Equal(["old"], _files.List());
        using var renamed = _files.Open("old", JournalFileAccess.Read);
        var bytes = new byte[1];
        renamed.Read(0, bytes);
        Assert.Equal((byte)'n', bytes[0]);
    }

    [Fact]
    public void A_file_is_deleted_once_and_again()
    {
        _files.Open("a", JournalFileAccess.Create).Dispose();
        _files.Delete("a");
        _files.Delete("a");
        Assert.Empty(_files.List());
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public void Only_this_user_may_read_what_is_made()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has other permissions.");
        _files.Open("a", JournalFileAccess.Create).Dispose();
        const UnixFileMode readWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(readWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_files.Path));
        Assert.All(Directory.GetFiles(_files.Path), file => Assert.Equal(readWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void A_missing_file_is_an_error_that_names_it()
    {
        foreach (var access in new[] { JournalFileAccess.Read, JournalFileAccess.ReadWrite })
        {
            var error = Assert.Throws<FileNotFoundException>(() => _files.Open("a", access));
            Assert.Equal($"Opening {Path.Combine(_files.Path, "a")} failed: it is not there.", error.Message);
        }
    }

    [Fact]
    public void A_file_that_is_there_cannot_be_created_again()
    {
        _files.Open("a", JournalFileAccess.Create).Dispose();
        var error = Assert.Throws<IOException>(() => _files.Open("a", JournalFileAccess.Create));
        Assert.StartsWith($"Creating {Path.Combine(_files.Path, "a")} failed: ", error.Message);
    }

    [Fact]
    public void A_file_opened_for_reading_cannot_be_written()
    {
        _files.Open("a", JournalFileAccess.Create).Dispose();
        using var file = _files.Open("a", JournalFileAccess.Read);
        var error = Assert.Throws<UnauthorizedAccessException>(() => file.Write(0, "x"u8));
        Assert.StartsWith($"Writing 1 bytes at 0 of {Path.Combine(_files.Path, "a")} failed: this user may not do that.", error.Message);
    }

    [Fact]
    public void A_write_to_a_full_disk_says_so()
    {
        using var file = OpenDevice("/dev/full");
        var error = Assert.Throws<IOException>(() => file.Write(0, new byte[4096]));
        Assert.Equal(
            $"Writing 4096 bytes at 0 of {Path.Combine(_files.Path, "device")} failed: the disk is full. Free space on it, or give the journal a smaller max_size.",
            error.Message);
    }

    [Fact]
    public void A_flush_that_does_nothing_is_an_error()
    {
        // The base library's own flush takes this failure for success.
        using var file = OpenDevice("/dev/full");
        var error = Assert.Throws<IOException>(file.Flush);
        Assert.StartsWith($"Flushing {Path.Combine(_files.Path, "device")} failed: ", error.Message);
    }

    [Fact]
    public void A_directory_that_is_gone_cannot_be_flushed()
    {
        using var files = new DiskFiles(_directory.Combine("missing"));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows flushes no directories.");
        var error = Assert.Throws<IOException>(files.FlushDirectory);
        Assert.StartsWith($"Flushing the directory {files.Path} failed: ", error.Message);
    }

    [Fact]
    public void Free_bytes_are_those_of_the_file_system()
    {
        var free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(_files.Path)! : _files.Path).AvailableFreeSpace;

        // Others write to the disk meanwhile.
        Assert.InRange(_files.GetFreeBytes(), free - (1L << 30), free + (1L << 30));
    }

    [Theory]
    [InlineData(28, "the disk is full")]
    [InlineData(30, "the file system is read-only")]
    [InlineData(5, "the disk reports an input/output error")]
    [InlineData(24, "the process has as many files open as it may")]
    [InlineData(1234, "what the system says")]
    public void Each_error_is_explained(int code, string reason)
    {
        var explained = FileErrors.Explain(new IOException("what the system says", code), "Flushing", "/data/x");
        Assert.StartsWith($"Flushing /data/x failed: {reason}", explained.Message);
        Assert.Equal(code, Assert.IsType<IOException>(explained).HResult);
    }

    [Fact]
    public void A_file_beyond_the_limit_of_the_file_system_is_a_file_error()
    {
        using var file = _files.Open("a", JournalFileAccess.Create);
        var error = Assert.Throws<IOException>(() => file.Write(long.MaxValue - 10, "x"u8));
        Assert.Contains(Path.Combine(_files.Path, "a"), error.Message, StringComparison.Ordinal);
    }

    private JournalFile OpenDevice(string device)
    {
        Assert.SkipUnless(File.Exists(device), $"There is no {device}.");
        File.CreateSymbolicLink(Path.Combine(_files.Path, "device"), device);
        return _files.Open("device", JournalFileAccess.ReadWrite);
    }
}
