using System.Collections.Concurrent;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;

namespace Sluice.Runtime.Tests.Graph;

/// <summary>Gives out nothing every ten seconds, and remembers when.</summary>
internal sealed class RecordingConnector : IStatefulConnector
{
    private int _records;

    public TimeSpan Interval => TimeSpan.FromSeconds(10);

    public ConcurrentQueue<long> Seconds { get; } = [];

    public int Records => Volatile.Read(ref _records);

    public void Restore(JournalTable state, int partSize)
    {
        // It has none.
    }

    public void Add(in DeliverySegment records) => Interlocked.Add(ref _records, records.Count);

    public void Write(StatefulOutput output)
    {
        if (output.EmitUnixNano is { } time)
        {
            Seconds.Enqueue(time / 1_000_000_000);
        }
    }
}
