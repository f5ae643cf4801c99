using Sluice.Buffers;
using Sluice.Components.Receivers.KafkaReceiver.Decoding;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Bodies;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>
/// The messages of one signal on their way into the journal: those gathered for the next group, and those of the group that is on its way.
/// One group at a time, so that what is durable of a partition never has a gap. Used by the thread of the client.
/// </summary>
internal sealed class SignalReading : IDisposable
{
    private readonly ComponentContext _context;
    private readonly IIntake _intake;
    private readonly IMessageDecoder _decoder;
    private readonly RequestContext _origin;
    private readonly PooledBufferWriter _output;
    private readonly Dictionary<PartitionPosition, long> _next = [];
    private readonly Dictionary<PartitionPosition, long> _nextUnderWay = [];
    private readonly List<TablePut> _puts = [];
    private BudgetLease _gathered;
    private BudgetLease _travelling;
    private Task<IntakeResult>? _underWay;

    private readonly JournalTable _table;

    public SignalReading(Signal signal, KafkaTopicOptions topics, KafkaReceiverOptions options, ComponentContext context, IIntake intake, JournalTable table)
    {
        _table = table;
        Signal = signal;
        Topics = topics;
        _context = context;
        _intake = intake;
        _decoder = Decoders.Create(signal, topics.Encoding, options, context);
        _origin = new RequestContext { Receiver = context.Id.ToString() };
        _gathered = new BudgetLease(context.IntakeBudget);
        _travelling = new BudgetLease(context.IntakeBudget);
        _output = new PooledBufferWriter(context.Pool.Buffers, "records of Kafka messages");
    }

    public Signal Signal { get; }

    public KafkaTopicOptions Topics { get; }

    /// <summary>Messages gathered.</summary>
    public int Gathered { get; private set; }

    /// <summary>Bytes gathered.</summary>
    public int GatheredBytes => _output.Length;

    /// <summary>Something is to become durable: records, or the offsets of messages that have none.</summary>
    public bool HasGathered => _next.Count > 0;

    /// <summary>The group on its way; null for none.</summary>
    public Task? UnderWay => _underWay;

    /// <summary>Partitions with messages gathered, and the offsets behind the last of them.</summary>
    public IReadOnlyDictionary<PartitionPosition, long> Next => _next;

    /// <summary>The same of the group on its way, or of the last one.</summary>
    public IReadOnlyDictionary<PartitionPosition, long> NextUnderWay => _nextUnderWay;

    /// <summary>Adds a message.</summary>
    /// <returns>Whether it was added; if not, why: it cannot be read, or there is no room for it now.</returns>
    public (AddOutcome Outcome, string? Problem) Add(in KafkaRecord record, PartitionPosition position)
    {
        var start = _output.Length;
        if (!_gathered.TryExtendTo(BufferPool.CapacityFor((int)Math.Min(start + (2L * record.Value.Length), BufferPool.MaximumSize))))
        {
            return (AddOutcome.NoRoom, null);
        }

        if (_decoder.Append(record, _output) is { } problem)
        {
            _output.Truncate(start);
            return (AddOutcome.Unreadable, problem);
        }

        if (!_gathered.TryExtendTo(_output.Capacity))
        {
            _output.Truncate(start);
            return (AddOutcome.NoRoom, null);
        }

        Gathered++;
        _next[position] = record.Offset + 1;
        return (AddOutcome.Added, null);
    }

    /// <summary>Lets the offset behind a message that is dealt with become durable with the group.</summary>
    public void Pass(PartitionPosition position, long offset) => _next[position] = offset + 1;

    /// <summary>Indexes what is gathered.</summary>
    /// <returns>The records, and what is wrong with some of them; or no records, and why they cannot be read.</returns>
    public (EnvelopeBatch? Batch, string? Problem) Index()
    {
        var length = _output.Length;
        var buffer = _output.Detach();
        var (status, batch, offset) = OtlpIndexer.Index(Signal, buffer, 0, length, _context.Pool, IndexLimits.Default);
        if (batch is not null)
        {
            return (batch, batch.Rejections.Records == 0 ? null : $"{batch.Rejections.Records} of its records were refused, the first for {batch.Rejections.First}");
        }

        buffer.Dispose();
        return (null, status == IndexStatus.TooManyRecords
            ? $"more than {IndexLimits.Default.MaxRecords} records in one message"
            : $"not an OTLP export request: malformed protobuf at byte {offset} of {length}");
    }

    /// <summary>Charges what an indexed batch takes beside its bytes.</summary>
    public bool HasRoomFor(EnvelopeBatch batch) => _gathered.TryExtendTo(batch.MemorySize);

    /// <summary>Sends records on their way, with the offsets behind them.</summary>
    /// <param name="batch">Consumed.</param>
    /// <exception cref="InvalidOperationException">A group is on its way.</exception>
    public void Submit(EnvelopeBatch batch)
    {
        if (_underWay is not null)
        {
            batch.Dispose();
            throw new InvalidOperationException("A group is on its way: what becomes of it decides what is durable.");
        }

        _puts.Clear();
        _nextUnderWay.Clear();
        foreach (var (position, next) in _next)
        {
            new OffsetEntry(next, position.Committed).Write(position.Entry);
            _puts.Add(new TablePut(_table, position.Key, position.Entry));
            _nextUnderWay.Add(position, next);
        }

        // What it holds stays charged until it is durable; what is gathered meanwhile is charged beside it.
        (_gathered, _travelling) = (_travelling, _gathered);
        Gathered = 0;
        _next.Clear();
        _underWay = _intake.SubmitAsync(batch, _origin, _puts.ToArray()).AsTask();
    }

    /// <summary>Ends the group on its way, which has been answered.</summary>
    /// <returns>The answer; the offsets behind it are durable if it was accepted.</returns>
    public IntakeResult End()
    {
        var task = _underWay!;
        _underWay = null;
        _travelling.Release(_travelling.Held);

        // It has ended: this takes the answer, or throws what it failed with.
        var result = task.GetAwaiter().GetResult();
        if (result.Status == IntakeStatus.Accepted)
        {
            foreach (var (position, next) in _nextUnderWay)
            {
                position.Durable = Math.Max(position.Durable, next);
                if (position.Buried.Count > 0)
                {
                    position.Buried.RemoveWhere(offset => offset < position.Durable);
                }
            }
        }

        return result;
    }

    /// <summary>Forgets what is gathered; it is read again.</summary>
    public void Forget()
    {
        Gathered = 0;
        _next.Clear();
        _output.Dispose();
        _gathered.Release(_gathered.Held);
    }

    /// <summary>Forgets a partition that goes, or is read again, once nothing of it is on its way.</summary>
    public void Forget(PartitionPosition position)
    {
        _next.Remove(position);
        _nextUnderWay.Remove(position);
    }

    public void Dispose()
    {
        _decoder.Dispose();
        _output.Dispose();
        _gathered.Dispose();
        _travelling.Dispose();
    }
}
