namespace Sluice.Journal;

/// <content>Bringing it back from a snapshot and the groups behind it.</content>
internal sealed partial class ConsumerState
{
    /// <summary>The first of its unsettled entries in the log when the snapshot was taken, or the end of then.</summary>
    public RecordId RestoredFloor { get; private set; } = Subscription.NoEnd;

    /// <summary>Accounts an entry of the log if it was unsettled and held when the snapshot was taken.</summary>
    public void HoldRestored(in LogEntry entry, LogPosition position)
    {
        if (entry.FirstRecord >= RestoredFloor && entry.End > Cursor && IsOwn(entry))
        {
            Hold(entry, position);
        }
    }

    /// <summary>Counts what should be there and is not, and closes it.</summary>
    /// <returns>Records lost.</returns>
    public long FinishRecovery(long nowTicks)
    {
        long lost = 0;
        foreach (var subscription in _byTopic)
        {
            if (subscription is not null && subscription.Pending > subscription.Present)
            {
                lost += subscription.Pending - subscription.Present;
                subscription.Lost += subscription.Pending - subscription.Present;
            }
        }

        RestoredFloor = Subscription.NoEnd;
        ClosedAt ??= nowTicks;
        return lost;
    }
}
