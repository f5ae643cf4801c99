namespace Sluice.Journal;

/// <summary>
/// Looks into the directory of a journal from outside: takes no lock and writes nothing, so that it may be used while a process has it open.
/// </summary>
public static class JournalInspector
{
    /// <summary>A journal in use may have taken segments away during a look. Then another look is due, but not for ever.</summary>
    internal const int MaxLooks = 5;

    /// <summary>Says what is in it.</summary>
    /// <param name="directory">The directory of the journal.</param>
    /// <param name="time">The clock for ages.</param>
    /// <param name="maxSize">Bytes that it may hold, if known.</param>
    /// <exception cref="JournalOpenException">There is none that this version could open; the message says why and what to do.</exception>
    public static JournalInspection Inspect(string directory, TimeProvider time, long? maxSize = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        var clock = new StandingClock(time.GetUtcNow());
        return Open(directory, files => Repeat(files, isLast => new StatusReader(files, clock, maxSize).TryRead(isLast)));
    }

    /// <summary>Reads every byte of it and reports all that is not as it was written.</summary>
    /// <param name="directory">The directory of the journal.</param>
    /// <param name="time">The clock for the duration.</param>
    /// <exception cref="JournalOpenException">There is no journal, or files of it cannot be opened at all.</exception>
    public static JournalVerification Verify(string directory, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return Open(directory, files => Repeat(files, isLast => new Verifier(files, time).TryRun(isLast)));
    }

    /// <summary>Goes through its groups in their order.</summary>
    /// <param name="directory">The directory of the journal.</param>
    /// <param name="options">Which groups, and how much of each.</param>
    /// <param name="onGroup">Gets each group; false ends it.</param>
    /// <exception cref="JournalOpenException">There is no journal, or files of it cannot be opened at all.</exception>
    public static void Dump(string directory, JournalDumpOptions options, Func<DumpedGroup, bool> onGroup)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(onGroup);
        Open(directory, files =>
        {
            using var dump = new GroupDump(files, options);
            dump.Run(onGroup);
            return true;
        });
    }

    private static T Open<T>(string directory, Func<IJournalFiles, T> look)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        using var files = new ReadOnlyFiles(new DiskFiles(directory));
        if (!Directory.Exists(files.Path))
        {
            throw new JournalOpenException($"There is no directory {files.Path}.");
        }

        try
        {
            return look(files);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new JournalOpenException($"The journal in {files.Path} cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Repeats a look until nothing seems missing, or nothing was taken away during it, or it was tried often enough.</summary>
    internal static T Repeat<T>(IJournalFiles files, Func<bool, T?> look)
        where T : class
    {
        for (var looks = 1; ; looks++)
        {
            try
            {
                if (look(looks == MaxLooks) is { } found)
                {
                    return found;
                }
            }
            catch (Exception exception) when (looks < MaxLooks && exception is FileNotFoundException)
            {
                // Taken away between the listing and the opening. A file that does not exist is not listed the next time.
                if (!Directory.Exists(files.Path))
                {
                    throw;
                }
            }
        }
    }
}
