namespace Sluice.Runtime.DeadLetters;

/// <summary>Lists and decodes what a <see cref="DeadLetterLog"/> keeps, also while it is written to.</summary>
public sealed class DeadLetterReader(string directory)
{
    /// <summary>Lines that could not be read so far: damage, or a line that was being written.</summary>
    public long UnreadableLines { get; private set; }

    /// <summary>
    /// The dead letters that were not replayed, oldest first, read as they are enumerated. Files that go meanwhile are passed over.
    /// </summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<DeadLetter> Read()
    {
        var replayed = ReadReplayed();
        return DeadLetterFiles.List(directory).SelectMany(file => Read(file.Path, replayed));
    }

    /// <summary>The notes of records that were refused without being named, oldest first, read as they are enumerated.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public IEnumerable<DeadLetterNote> ReadNotes()
    {
        foreach (var (_, path) in DeadLetterFiles.List(directory))
        {
            foreach (var line in Lines(path))
            {
                if (DeadLetterJson.TryReadNote(line, out var note))
                {
                    yield return note;
                }
            }
        }
    }

    /// <summary>The keys of all that were replayed.</summary>
    internal HashSet<string> ReadReplayed()
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, path) in DeadLetterFiles.List(directory))
        {
            foreach (var line in Lines(path))
            {
                DeadLetterJson.TryReadReplayed(line, keys);
            }
        }

        return keys;
    }

    /// <summary>The dead letters of one file that are not among <paramref name="replayed"/>.</summary>
    internal IEnumerable<DeadLetter> Read(string path, HashSet<string> replayed)
    {
        foreach (var line in Lines(path))
        {
            if (DeadLetterJson.TryRead(line, out var letter))
            {
                if (!replayed.Contains(letter.Key))
                {
                    yield return letter;
                }
            }
            else if (!DeadLetterJson.IsNote(line) && !DeadLetterJson.TryReadReplayed(line, keys: null))
            {
                UnreadableLines++;
            }
        }
    }

    private static IEnumerable<string> Lines(string path)
    {
        if (OpenOrNull(path) is not { } stream)
        {
            yield break;
        }

        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            yield return line;
        }
    }

    private static FileStream? OpenOrNull(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
