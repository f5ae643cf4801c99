using Sluice.Hosting;
using Sluice.Runtime.Contracts;

namespace Sluice.Tests.Hosting;

public sealed class KnownJournalTests : IDisposable
{
    private static readonly Guid Own = Guid.Parse("11111111-2222-3333-4444-555555555555");
    private static readonly Guid Foreign = Guid.Parse("99999999-2222-3333-4444-555555555555");

    private readonly string _data = Directory.CreateTempSubdirectory("sluice-test-").FullName;

    private string Journal => Path.Combine(_data, "journal");

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public void A_first_journal_and_the_same_one_again_are_nothing_to_tell_of()
    {
        Assert.Null(Start(Own));
        Assert.Null(Start(Own));
        Assert.Equal(Own.ToString("D") + "\n", File.ReadAllText(Path.Combine(_data, "journal.id")));
    }

    [Fact]
    public void A_directory_that_was_emptied_is_told_of_once()
    {
        Start(Own);
        Directory.Delete(Journal, recursive: true);

        var finding = Start(Foreign);
        Assert.Contains($"{Journal} was empty or missing, and a new journal was begun", finding, StringComparison.Ordinal);
        Assert.Contains(Own.ToString(), finding, StringComparison.Ordinal);
        Assert.Contains("is lost", finding, StringComparison.Ordinal);
        Assert.Null(Start(Foreign));
    }

    [Fact]
    public void A_journal_in_the_place_of_another_is_told_of_once()
    {
        Start(Own);

        var finding = Start(Foreign);
        Assert.Contains($"is not the one that this data directory had before ({Own}, now {Foreign})", finding, StringComparison.Ordinal);
        Assert.Null(Start(Foreign));
    }

    [Fact]
    public void A_journal_that_was_there_before_the_data_directory_knew_one_is_told_of_once()
    {
        Start(Own);
        File.Delete(Path.Combine(_data, "journal.id"));

        Assert.Contains("copied or moved here", Start(Own), StringComparison.Ordinal);
        Assert.Null(Start(Own));
    }

    [Fact]
    public void A_first_start_that_ended_before_it_was_ready_is_nothing_to_tell_of()
    {
        _ = new KnownJournal(_data, Journal);
        Directory.CreateDirectory(Journal);
        File.WriteAllText(Path.Combine(Journal, "segment"), "");

        Assert.Null(Start(Own));
        Assert.Null(Start(Own));
    }

    [Fact]
    public void The_lock_of_an_opening_that_failed_is_no_journal()
    {
        Start(Own);
        Directory.Delete(Journal, recursive: true);
        Directory.CreateDirectory(Journal);
        File.WriteAllText(Path.Combine(Journal, "journal.lock"), "");
        File.WriteAllText(Path.Combine(Journal, "journal.pid"), "1");

        Assert.Contains("was empty or missing", Start(Foreign), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_says_nothing_counts_as_none()
    {
        Start(Own);
        File.WriteAllText(Path.Combine(_data, "journal.id"), "?");

        Assert.Contains("copied or moved here", Start(Own), StringComparison.Ordinal);
        Assert.Null(Start(Own));
    }

    [Fact]
    public void A_file_that_cannot_be_read_or_written_is_named()
    {
        var path = Directory.CreateDirectory(Path.Combine(_data, "journal.id")).FullName;

        var error = Assert.Throws<ComponentStartException>(() => new KnownJournal(_data, Journal));
        Assert.StartsWith($"{path} cannot be used: ", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Opens a journal with this id, and tells what was found.</summary>
    private string? Start(Guid id)
    {
        var known = new KnownJournal(_data, Journal);
        Directory.CreateDirectory(Journal);
        File.WriteAllText(Path.Combine(Journal, "segment"), "");
        var finding = known.Compare(id);
        known.Keep(id);
        return finding;
    }
}
