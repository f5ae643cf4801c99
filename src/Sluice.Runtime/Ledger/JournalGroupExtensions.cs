using Sluice.Journal;

namespace Sluice.Runtime.Ledger;

/// <summary>Bookings in groups.</summary>
internal static class JournalGroupExtensions
{
    /// <summary>Adds to a counter; nothing is written for nothing.</summary>
    public static void AddUnlessZero(this JournalGroup group, JournalCounter counter, long delta)
    {
        if (delta != 0)
        {
            group.Add(counter, delta);
        }
    }
}
