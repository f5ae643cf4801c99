using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Configuration;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;
using Sluice.Runtime.Monitoring;

namespace Sluice.Hosting;

/// <summary>Opens the journal that the configuration wants.</summary>
internal sealed partial class JournalOpener(JournalServiceOptions options, string dataDirectory, BufferPool buffers, ILogger logger)
{
    private const long LargestDefault = 10L << 30;

    private KnownJournal? _known;

    /// <summary>Opens it.</summary>
    /// <param name="observer">Told what happens inside it.</param>
    /// <exception cref="ComponentStartException">It cannot be opened; the message says why and what to do.</exception>
    public IJournal Open(IJournalObserver observer) => options.Type == JournalKind.Memory
        ? new MemoryJournal(options.ForMemory(), buffers, TimeProvider.System)
        : OpenOnDisk(observer);

    /// <summary>What a journal may hold if the configuration does not say.</summary>
    /// <param name="space">The bytes that its directory has to use, if known.</param>
    public static long DefaultMaxSizeFor(long? space) => Math.Min(LargestDefault, space / 5 ?? LargestDefault);

    /// <summary>Says so if the journal is not the one that the data directory had before, and remembers it.</summary>
    /// <exception cref="ComponentStartException">It cannot be remembered.</exception>
    public void Recognize(IJournal journal)
    {
        if (_known?.Compare(journal.Id) is { } finding)
        {
            LogIdentity(logger, finding);
        }

        _known?.Keep(journal.Id);
    }

    private IJournal OpenOnDisk(IJournalObserver observer)
    {
        var directory = options.DirectoryIn(dataDirectory);
        var space = DirectorySpace.Of(directory)?.Total;
        var settings = options.ForDisk(DefaultMaxSize(directory, space));
        if (space < settings.Limits.MaxSize)
        {
            LogTooLittleSpace(logger, directory, SizeText.Format(space.Value), SizeText.Format(settings.Limits.MaxSize));
        }

        _known = new KnownJournal(dataDirectory, directory);
        try
        {
            return DiskJournal.Open(directory, settings, buffers, TimeProvider.System, observer);
        }
        catch (JournalOpenException exception)
        {
            throw new ComponentStartException($"service::journal: {exception.Message}", exception);
        }
    }

    private long DefaultMaxSize(string directory, long? space)
    {
        var least = DiskJournalOptions.SmallestMaxSizeFor((int)options.MaxGroupSize.Bytes);
        var fifth = space / 5 ?? LargestDefault;
        if (options.MaxSize is null && fifth < least)
        {
            throw new ComponentStartException(
                $"service::journal::max_size: {directory} has {SizeText.Format(space.GetValueOrDefault())} to use, a fifth of which is the default, and "
                + $"groups of max_group_size, which is {options.MaxGroupSize}, need a journal of at least {new ByteSize(least)}: free some space, set "
                + "max_size, lower max_group_size, or set service::journal::directory to another disk.");
        }

        return DefaultMaxSizeFor(space);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Directory} has {Space} to use, less than the {MaxSize} that the journal may hold: it will be full earlier. Free some space or lower service::journal::max_size")]
    private static partial void LogTooLittleSpace(ILogger logger, string directory, string space, string maxSize);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Finding}")]
    private static partial void LogIdentity(ILogger logger, string finding);
}
