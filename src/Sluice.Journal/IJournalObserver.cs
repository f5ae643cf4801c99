namespace Sluice.Journal;

/// <summary>Told what happens inside a journal, for logs and metrics. Called from its own threads: it neither blocks nor throws.</summary>
public interface IJournalObserver
{
    /// <summary>Something that an operator should know.</summary>
    void OnNotice(JournalNoticeLevel level, string message);

    /// <summary>A write and its flush are done.</summary>
    /// <param name="groups">Groups in it.</param>
    /// <param name="bytes">Bytes written, padding included.</param>
    /// <param name="duration">How long both took.</param>
    void OnFlush(int groups, long bytes, TimeSpan duration);
}
