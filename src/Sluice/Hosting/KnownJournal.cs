using System.Globalization;
using Sluice.Runtime.Contracts;

namespace Sluice.Hosting;

/// <summary>
/// Knows by a small file in the data directory which journal it had before, so that one that was emptied, copied, or brought from another
/// instance does not pass unseen.
/// </summary>
internal sealed class KnownJournal
{
    private const string FileName = "journal.id";

    /// <summary>What the file says while the first journal is being begun: whatever is there after a crash is ours.</summary>
    private const string Beginning = "beginning";

    private readonly string _path;
    private readonly string _journal;
    private readonly bool _wasThere;
    private readonly bool _isBeginning;
    private readonly Guid? _before;

    /// <summary>Looks at what is there before the journal is opened, which may begin a new one.</summary>
    /// <param name="dataDirectory">The data directory.</param>
    /// <param name="journalDirectory">The directory of the journal.</param>
    /// <exception cref="ComponentStartException">They cannot be read or written.</exception>
    public KnownJournal(string dataDirectory, string journalDirectory)
    {
        _path = Path.Combine(dataDirectory, FileName);
        _journal = journalDirectory;
        _wasThere = Explained(journalDirectory, () => HasFiles(journalDirectory));
        var text = Explained(_path, () => File.Exists(_path) ? File.ReadAllText(_path).Trim() : "");
        _before = Guid.TryParse(text, CultureInfo.InvariantCulture, out var id) ? id : null;
        _isBeginning = text == Beginning || (_before is null && !_wasThere);
        if (_isBeginning)
        {
            Write(Beginning);
        }
    }

    /// <summary>What an operator should know about the journal that was opened; null when it is the one of before, or the first.</summary>
    public string? Compare(Guid id)
    {
        if (_isBeginning || _before == id)
        {
            return null;
        }

        if (_before is not { } before)
        {
            return $"The journal in {_journal} was not made for this data directory: it was copied or moved here. It goes on where its own cursors "
                + "stand; what the original delivers too arrives at its destinations twice.";
        }

        return _wasThere
            ? $"The journal in {_journal} is not the one that this data directory had before ({before}, now {id}): it was replaced or belongs to "
                + "another instance. It goes on where its own cursors stand: what its exporters delivered elsewhere does not come again, and what "
                + "the old journal had not delivered is not in it."
            : $"The journal that this data directory had is gone: {_journal} was empty or missing, and a new journal was begun. What the old one "
                + $"({before}) held and had not delivered is lost. Exporters begin with new records.";
    }

    /// <summary>Remembers the journal for the next start.</summary>
    /// <exception cref="ComponentStartException">The file cannot be written.</exception>
    public void Keep(Guid id)
    {
        if (_before != id)
        {
            Write(id.ToString("D", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>What an opening leaves that failed, its lock, is no journal.</summary>
    private static bool HasFiles(string directory) =>
        Directory.Exists(directory) && Directory.EnumerateFiles(directory).Any(file => Path.GetExtension(file) is not (".lock" or ".pid"));

    private void Write(string text) => Explained(_path, () =>
    {
        // On disk before it takes the place of the other: after a power cut it says the one thing or the other.
        var temporary = _path + ".tmp";
        using (var writer = new StreamWriter(new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.Read, 1, FileOptions.WriteThrough)))
        {
            writer.WriteLine(text);
        }

        File.Move(temporary, _path, overwrite: true);
        return true;
    });

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
