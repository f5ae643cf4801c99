using System.Globalization;
using Sluice.Runtime.Contracts;

namespace Sluice.Hosting;

/// <summary>
/// Knows by a small file in the data directory which journal it had before, so that one that was emptied, copied, or brought from another
/// instance does not pass unseen.
/// </summary>
internal sealed class JournalIdentity
{
    private const string FileName = "journal.id";

    private readonly string _path;
    private readonly string _journal;
    private readonly bool _wasThere;
    private readonly Guid? _before;

    /// <summary>Looks at what is there before the journal is opened, which may begin a new one.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="journalDirectory">The directory of the journal.</param>
    /// <exception cref="ComponentStartException">They cannot be read.</exception>
    public JournalIdentity(string dataDirectory, string journalDirectory)
    {
        _path = Path.Combine(dataDirectory, FileName);
        _journal = journalDirectory;
        _wasThere = Explained(journalDirectory, () => Directory.Exists(journalDirectory) && Directory.EnumerateFiles(journalDirectory).Any());
        _before = Read();
    }

    /// <summary>What an operator should know about the journal that was opened; null when it is the one of before, or the first.</summary>
    public string? Compare(Guid id) => (_before, _wasThere) switch
    {
        (null, false) => null,
        (null, true) =>
            $"The journal in {_journal} was not made for this data directory: it was copied or moved here. It goes on where its own cursors stand; "
            + "what the original delivers too arrives at its destinations twice.",
        ({ } before, _) when before == id => null,
        ({ } before, false) =>
            $"The journal that this data directory had is gone: {_journal} was empty or missing, and a new journal was begun. What the old one "
            + $"({before}) held and had not delivered is lost. Exporters begin with new records.",
        ({ } before, true) =>
            $"The journal in {_journal} is not the one that this data directory had before ({before}, now {id}): it was replaced or belongs to "
            + "another instance. It goes on where its own cursors stand: what its exporters delivered elsewhere does not come again, and what the "
            + "old journal had not delivered is not in it.",
    };

    /// <summary>Remembers the journal for the next start.</summary>
    /// <exception cref="ComponentStartException">The file cannot be written.</exception>
    public void Keep(Guid id)
    {
        if (_before != id)
        {
            Explained(_path, () =>
            {
                var temporary = _path + ".tmp";
                File.WriteAllText(temporary, id.ToString("D", CultureInfo.InvariantCulture) + "\n");
                File.Move(temporary, _path, overwrite: true);
                return true;
            });
        }
    }

    private Guid? Read() => Explained(_path, () =>
        File.Exists(_path) && Guid.TryParse(File.ReadAllText(_path).AsSpan().Trim(), CultureInfo.InvariantCulture, out var id) ? id : (Guid?)null);

    private static T Explained<T>(string path, Func<T> access)
    {
        try
        {
            return access();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ComponentStartException($"{path} cannot be used: {exception.Message} Let this user read and write it.", exception);
        }
    }
}
