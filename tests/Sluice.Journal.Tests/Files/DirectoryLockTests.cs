namespace Sluice.Journal.Tests.Files;

public sealed class DirectoryLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_directory_that_is_taken_names_its_holder_and_is_free_again_after_it()
    {
        using (var first = new DiskFiles(_directory.Path))
        {
            first.Lock();
            using var second = new DiskFiles(_directory.Path);
            var error = Assert.Throws<JournalOpenException>(second.Lock);
            Assert.Equal(
                $"{_directory.Path} is in use by another Sluice, process id {Environment.ProcessId}; stop it, or choose another directory.",
                error.Message);
        }

        using var third = new DiskFiles(_directory.Path);
        third.Lock();
    }

    [Fact]
    public void Locks_of_different_names_do_not_exclude_each_other()
    {
        using var one = DirectoryLock.Take(_directory.Path, "one");
        using var other = DirectoryLock.Take(_directory.Path, "other");
        Assert.Throws<JournalOpenException>(() => DirectoryLock.Take(_directory.Path, "one"));
    }

    [Fact]
    public void Missing_directories_are_made()
    {
        var deep = _directory.Combine("a", "b", "c");
        using var taken = DirectoryLock.Take(deep, "x");
        Assert.Equal(["x.lock", "x.pid"], Directory.GetFiles(deep).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_directory_under_a_file_cannot_be_made()
    {
        File.WriteAllText(_directory.Combine("file"), "");
        var path = _directory.Combine("file", "journal");
        var error = Assert.Throws<JournalOpenException>(() => DirectoryLock.Take(path, "x"));
        Assert.StartsWith($"{path} cannot be used: ", error.Message);
    }

    [Fact]
    public void A_directory_that_cannot_be_written_cannot_be_taken()
    {
        // Not even root makes files there.
        const string Path = "/sys/kernel";
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a directory that nobody may write to.");
        var error = Assert.Throws<JournalOpenException>(() => DirectoryLock.Take(Path, "x"));
        Assert.StartsWith($"{Path} cannot be used: ", error.Message);
    }

    [Fact]
    public void A_directory_whose_owner_file_cannot_be_written_is_not_left_locked()
    {
        Directory.CreateDirectory(_directory.Combine("x.pid"));
        var error = Assert.Throws<JournalOpenException>(() => DirectoryLock.Take(_directory.Path, "x"));
        Assert.StartsWith($"{_directory.Path} cannot be used: ", error.Message);
        Directory.Delete(_directory.Combine("x.pid"));
        DirectoryLock.Take(_directory.Path, "x").Dispose();
    }
}
