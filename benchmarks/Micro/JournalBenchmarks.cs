using BenchmarkDotNet.Attributes;
using Sluice.Buffers;
using Sluice.Journal;

namespace Sluice.Micro;

/// <summary>
/// Time and memory per group for the pieces of a commit: a group of 30 KiB and two deltas of the ledger, as a request of a hundred records
/// makes it. The disk is in benchmarks/Journal. Goal: nothing allocated.
/// </summary>
[MemoryDiagnoser]
public class JournalBenchmarks
{
    private readonly byte[] _payload = new byte[30 << 10];
    private BufferPool _pool = null!;
    private MemoryJournal _journal = null!;
    private JournalTopic _topic = null!;
    private JournalCounter _accepted = null!;
    private JournalCounter _committed = null!;
    private IJournalConsumer _consumer = null!;
    private JournalState _state = null!;
    private LogGroup _group = null!;
    private PooledBufferWriter _changes = null!;

    [GlobalSetup]
    public void Setup()
    {
        new Random(1).NextBytes(_payload);
        _pool = new BufferPool();
        _journal = new MemoryJournal(new JournalOptions(), _pool, TimeProvider.System);
        _topic = _journal.OpenTopic("logs");
        _accepted = _journal.OpenCounter("accepted");
        _committed = _journal.OpenCounter("committed");
        _consumer = _journal.OpenConsumer("store", new JournalConsumerOptions { Topics = [_topic] });

        _state = new JournalState(_pool, TimeProvider.System, TimeSpan.FromHours(1));
        _group = _state.Groups.Take();
        Fill(_group, _state.OpenTopic("logs"), _state.OpenCounter("accepted"), _state.OpenCounter("committed"));
        _changes = new PooledBufferWriter(_pool, "benchmark");
    }

    [GlobalCleanup]
    public async Task Cleanup()
    {
        _changes.Dispose();
        _group.Dispose();
        _state.Groups.Close();
        _consumer.Dispose();
        await _journal.DisposeAsync();
        _pool.Dispose();
    }

    /// <summary>The checksum of an entry.</summary>
    [Benchmark]
    public uint Checksum() => Crc32C.Of(_payload);

    /// <summary>What is written of a group beside its entries.</summary>
    [Benchmark]
    public int EncodeChanges()
    {
        _changes.Clear();
        var defined = new DefinedNames { Topics = 1, Counters = 2 };
        GroupCodec.Write(_group, _state, ref defined, 1, _changes);
        return _changes.Length;
    }

    /// <summary>A group built, committed and settled in memory: all but the disk.</summary>
    [Benchmark]
    public async ValueTask<CommitStatus> Commit()
    {
        var group = _journal.CreateGroup();
        Fill(group, _topic, _accepted, _committed);
        group.SetCursor(_consumer, _journal.DurableEnd);
        var result = await _journal.CommitAsync(group);
        return result.Committed ? result.Status : throw new InvalidOperationException(result.Reason);
    }

    private void Fill(JournalGroup group, JournalTopic topic, JournalCounter accepted, JournalCounter committed)
    {
        group.BeginEntry(topic).Write(_payload);
        group.EndEntry(Inputs.Records);
        group.Add(accepted, Inputs.Records);
        group.Add(committed, Inputs.Records);
    }
}
