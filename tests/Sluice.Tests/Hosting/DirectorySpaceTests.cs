using Sluice.Hosting;

namespace Sluice.Tests.Hosting;

public sealed class DirectorySpaceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sluice-test-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_files_of_a_directory_count_beside_what_is_free()
    {
        File.WriteAllBytes(Path.Combine(_directory, "one"), new byte[1000]);
        File.WriteAllBytes(Path.Combine(_directory, "two"), new byte[234]);

        var space = DirectorySpace.Of(_directory)!.Value;

        Assert.Equal(1234, space.Used);
        Assert.True(space.Free > 0);
        Assert.Equal(space.Free + 1234, space.Total);
    }

    [Fact]
    public void A_directory_that_is_not_there_has_the_space_of_where_it_would_be()
    {
        var space = DirectorySpace.Of(Path.Combine(_directory, "a", "b", "c"))!.Value;

        Assert.Equal(0, space.Used);
        Assert.True(space.Free > 0);
    }
}
