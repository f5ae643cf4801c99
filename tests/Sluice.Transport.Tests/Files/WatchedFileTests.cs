using Sluice.Testing;
using Sluice.Transport.Files;
using Sluice.Transport.Tests.Support;

namespace Sluice.Transport.Tests.Files;

public sealed class WatchedFileTests : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sluice-test-").FullName;
    private readonly ManualTimeProvider _time = new();
    private readonly ListLogger _log = new();
    private readonly List<string> _seen = [];
    private readonly WatchedFile _file;

    public WatchedFileTests() => _file = new WatchedFile(Link, "a", Take, _time, _log);

    private string Link => Path.Combine(_directory, "token");

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void A_link_that_is_swapped_to_a_file_of_the_same_age_and_length_is_a_change()
    {
        Swap("a");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_seen);

        Swap("b");
        _time.Advance(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(["b"], _seen);
    }

    [Fact]
    public void A_file_that_is_missing_or_refused_is_told_once_and_tried_on()
    {
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(_log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal));

        Swap("bad");
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(_seen);

        Swap("good");
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["good"], _seen);
    }

    private void Take(string contents)
    {
        if (contents == "bad")
        {
            throw new FormatException("is bad");
        }

        _seen.Add(contents);
    }

    private void Swap(string contents)
    {
        var target = Path.Combine(_directory, contents);
        File.WriteAllText(target, contents);
        File.SetLastWriteTimeUtc(target, DateTime.UnixEpoch);
        File.Delete(Link);
        File.CreateSymbolicLink(Link, target);
    }
}
