namespace Sluice.Runtime.DeadLetters;

/// <summary>Lists and decodes what a <see cref="DeadLetterLog"/> keeps, also while it is written to.</summary>
public sealed class DeadLetterReader(string directory)
{
    /// <summary>Lines that could not be read so far: damage, or a line that was being written.</summary>
    public long UnreadableLines { get; private set; }

    /// <summary>All dead letters, oldest first, read as they are enumerated. Files that go meanwhile are passed over.</summary>
    public IEnumerable<DeadLetter> Read()
    {
        foreach (var (_, path) in DeadLetterFiles.List(directory))
        {
            if (OpenOrNull(path) is not { } stream)
            {
                continue;
            }

            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (DeadLetterJson.TryRead(line, out var letter))
                {
                    yield return letter;
                }
                else
                {
                    UnreadableLines++;
                }
            }
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
