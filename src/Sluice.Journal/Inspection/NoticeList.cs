namespace Sluice.Journal;

/// <summary>Gathers what a look at a journal finds out of order.</summary>
internal sealed class NoticeList : IJournalObserver
{
    private readonly List<string> _texts = [];

    /// <summary>Warnings and errors; what is merely for the record, such as the torn tail of a crash, is left out.</summary>
    public IReadOnlyList<string> Texts => _texts;

    public void OnNotice(JournalNoticeLevel level, string message)
    {
        if (level != JournalNoticeLevel.Information)
        {
            _texts.Add(message);
        }
    }

    public void OnFlush(int groups, long bytes, TimeSpan duration)
    {
    }
}
