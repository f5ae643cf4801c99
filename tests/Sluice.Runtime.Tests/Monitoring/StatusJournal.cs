using Sluice.Journal;

namespace Sluice.Runtime.Tests.Monitoring;

/// <summary>A journal of which only the status is asked.</summary>
internal sealed class StatusJournal : IJournal
{
    public JournalStatus Status { get; set; } = new("disk", 0, 1000, 0, 0, 0, []);

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public Guid Id => throw new NotSupportedException();

    public ulong Epoch => throw new NotSupportedException();

    public RecordId DurableEnd => throw new NotSupportedException();

    public JournalTopic OpenTopic(string name) => throw new NotSupportedException();

    public JournalTable OpenTable(string name, JournalTableOptions options) => throw new NotSupportedException();

    public JournalCounter OpenCounter(string name) => throw new NotSupportedException();

    public IJournalConsumer OpenConsumer(string name, JournalConsumerOptions options) => throw new NotSupportedException();

    public ValueTask<CommitResult> RemoveConsumerAsync(string name) => throw new NotSupportedException();

    public JournalGroup CreateGroup() => throw new NotSupportedException();

    public ValueTask<CommitResult> CommitAsync(JournalGroup group, CommitKind kind = CommitKind.Intake) => throw new NotSupportedException();

    public void ReadTogether(Action read) => throw new NotSupportedException();

    public JournalStatus GetStatus()
    {
        Asked++;
        return Status;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
