using Sluice.Journal;
using Sluice.Telemetry;

namespace Sluice.Runtime.Replay;

/// <summary>
/// One exporter as replays see it: what it reads at first hand, the topics through which it gets records again, and how much of what was
/// appended there it has not settled. Thread-safe.
/// </summary>
internal sealed class ReplayTarget
{
    private readonly Lock _gate = new();
    private readonly IJournalConsumer _consumer;
    private readonly Queue<(RecordId End, long Bytes)> _appended = new();
    private long _waiting;

    /// <summary>Describes an exporter.</summary>
    /// <param name="consumer">Its consumer.</param>
    /// <param name="pipelines">The pipelines that it serves, with the message of their records.</param>
    /// <param name="topics">Its replay topics, by signal.</param>
    /// <param name="maxWaiting">See <see cref="MaxWaiting"/>.</param>
    public ReplayTarget(
        IJournalConsumer consumer, IReadOnlyDictionary<JournalTopic, Signal> pipelines, IReadOnlyDictionary<Signal, JournalTopic> topics, long maxWaiting)
    {
        MaxWaiting = maxWaiting;
        _consumer = consumer;
        Pipelines = pipelines;
        Topics = topics;
    }

    /// <summary>The exporter's id.</summary>
    public string Id => _consumer.Name;

    /// <summary>
    /// Bytes that replays may have waiting for it. It bounds what a replay takes of the journal, and how long new records wait behind
    /// replayed ones. What was appended before a restart is not counted in it.
    /// </summary>
    public long MaxWaiting { get; }

    /// <summary>The pipelines that it serves, with the message of their records.</summary>
    public IReadOnlyDictionary<JournalTopic, Signal> Pipelines { get; }

    /// <summary>Its replay topics, by signal: those that its pipelines carry.</summary>
    public IReadOnlyDictionary<Signal, JournalTopic> Topics { get; }

    /// <summary>Replayed records that it has not settled.</summary>
    public long PendingRecords => Topics.Values.Sum(_consumer.PendingRecords);

    /// <summary>Books what was appended to its topics.</summary>
    /// <param name="end">The position behind it.</param>
    /// <param name="bytes">How much it is.</param>
    public void Appended(RecordId end, long bytes)
    {
        lock (_gate)
        {
            _appended.Enqueue((end, bytes));
            _waiting += bytes;
        }
    }

    /// <summary>Whether more may be appended now.</summary>
    public bool HasRoom()
    {
        var cursor = _consumer.Cursor;
        lock (_gate)
        {
            while (_appended.TryPeek(out var oldest) && oldest.End <= cursor)
            {
                _waiting -= oldest.Bytes;
                _appended.Dequeue();
            }

            return _waiting < MaxWaiting;
        }
    }
}
