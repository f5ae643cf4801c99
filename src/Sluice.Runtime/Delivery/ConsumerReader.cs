using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Replay;
using Sluice.Telemetry;

namespace Sluice.Runtime.Delivery;

/// <summary>Reads one consumer's entries within its window, indexes them, and hands batches to the workers.</summary>
internal sealed partial class ConsumerReader : IDisposable
{
    /// <summary>How long after a failed read of the journal comes the next one.</summary>
    private static readonly TimeSpan UnreadableDelay = TimeSpan.FromSeconds(1);

    private readonly IJournalConsumer _consumer;
    private readonly IReadOnlyDictionary<JournalTopic, DeliverySource> _sources;
    private readonly PipelineTopics _pipelines;
    private readonly TelemetryPool _pool;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SettlementTracker _tracker;
    private readonly CursorCommitter _committer;
    private readonly ChannelWriter<DeliveryBatch> _output;
    private readonly DeliveryMetrics _metrics;
    private readonly ConsumerWaiting _waiting;
    private readonly DeliveryWindow _window;
    private readonly PooledBufferWriter _buffer;
    private readonly OpenBatches _batches;
    private long _entriesRead;
    private volatile bool _draining;

    public ConsumerReader(
        IJournalConsumer consumer,
        IReadOnlyDictionary<JournalTopic, DeliverySource> sources,
        PipelineTopics pipelines,
        OpenBatches batches,
        long windowSize,
        TelemetryPool pool,
        TimeProvider time,
        SettlementTracker tracker,
        CursorCommitter committer,
        ChannelWriter<DeliveryBatch> output,
        DeliveryMetrics metrics,
        ILogger logger)
    {
        _consumer = consumer;
        _sources = sources;
        _pipelines = pipelines;
        _pool = pool;
        _time = time;
        _logger = logger;
        _tracker = tracker;
        _committer = committer;
        _output = output;
        _metrics = metrics;
        _waiting = new ConsumerWaiting(consumer, time);
        _window = new DeliveryWindow(consumer.Name, windowSize, _waiting.Signal);
        _buffer = new PooledBufferWriter(pool.Buffers, "delivery of " + consumer.Name);
        _batches = batches;
    }

    /// <summary>Stops waiting for batches to fill.</summary>
    public void Drain()
    {
        _draining = true;
        _waiting.Signal.Set();
    }

    /// <summary>Reads until the journal closes.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var isOpen = true;
        while (isOpen)
        {
            cancellationToken.ThrowIfCancellationRequested();
            _waiting.Begin(cancellationToken);
            var readBefore = _entriesRead;
            var windowFull = await ReadAllAsync(cancellationToken).ConfigureAwait(false);
            var next = await FlushDueAsync(windowFull || _draining, cancellationToken).ConfigureAwait(false);
            var gathers = next != Timeout.InfiniteTimeSpan;
            if (gathers)
            {
                _waiting.WakeWithin(next);
            }

            isOpen = await _waiting.WaitAsync(forData: !windowFull, isPaced: gathers && _entriesRead != readBefore, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives back what is held outside of batches.</summary>
    public void Dispose()
    {
        _waiting.Dispose();
        _batches.Dispose();
        _buffer.Dispose();
    }

    /// <summary>Reads until there is nothing more, or no room.</summary>
    /// <returns>True when there is no room.</returns>
    private async ValueTask<bool> ReadAllAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            JournalEntry entry;
            long charged = 0;
            try
            {
                var length = _consumer.PeekLength();
                if (length < 0)
                {
                    return false;
                }

                if (!_window.TryReserve(BufferPool.CapacityFor(length), out charged))
                {
                    return true;
                }

                if (!_consumer.TryRead(_buffer, out entry))
                {
                    _window.Release(charged);
                    return false;
                }
            }
            catch (IOException exception)
            {
                // The journal reports the disk as failing; nothing is given up, since it may come back.
                _window.Release(charged);
                LogUnreadable(_consumer.Name, exception.Message);
                await Task.Delay(UnreadableDelay, _time, cancellationToken).ConfigureAwait(false);
                continue;
            }

            await AddAsync(entry, charged, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private async ValueTask AddAsync(JournalEntry entry, long charged, CancellationToken cancellationToken)
    {
        _entriesRead++;
        if (!TryIndex(entry, out var rest, out var builders))
        {
            _window.Release(charged);
            var unreadable = entry.RecordCount - entry.SettledRecords;
            LogCorrupt(_consumer.Name, entry.FirstRecord, entry.RecordCount);
            var tally = new SettlementTally(0, 0, 0, unreadable);
            _tracker.Settle(_tracker.Add(entry.Topic, entry.End, unreadable), tally);
            _metrics.CountSettled(tally);
            _committer.Notify();
            return;
        }

        var held = new DeliveryEntry(rest.Batch, charged, _window);
        var builder = builders[(int)rest.Batch.Signal];
        try
        {
            while (_batches.TryForget(out var forgotten))
            {
                await HandOnAllAsync(forgotten, cancellationToken).ConfigureAwait(false);
            }

            while (rest.Count > 0)
            {
                var room = builder.Room(rest);
                if (room > 0)
                {
                    var segment = rest.Slice(0, room);
                    rest = rest.Slice(room, rest.Count - room);
                    var unit = _tracker.Add(entry.Topic, rest.Position, segment.Count);
                    builder.Add(segment, new DeliveryPart(unit, held));
                }

                if (builder.IsFull || rest.Count > 0)
                {
                    await HandOnAsync(builder.Take(), cancellationToken).ConfigureAwait(false);
                }
            }
        }
        finally
        {
            held.Release();
        }
    }

    /// <summary>Indexes what was just read.</summary>
    /// <param name="entry">What was read; its bytes are in the buffer.</param>
    /// <param name="segment">Its records that are not settled; whoever gets it owns its batch.</param>
    /// <param name="builders">The batches that they go into, by signal.</param>
    /// <returns>False when the bytes are not what was written.</returns>
    private bool TryIndex(JournalEntry entry, out DeliverySegment segment, out BatchBuilder[] builders)
    {
        (segment, builders) = (default, []);
        if (entry.IsCorrupt)
        {
            _buffer.Clear();
            return false;
        }

        var source = _sources[entry.Topic];
        var first = entry.FirstRecord;
        var (pipeline, received) = (entry.Topic, entry.ReceivedUnixNano);
        ReplayedEntry? replay = null;
        var start = entry.ContextLength;
        var context = ..start;
        if (source.IsReplay)
        {
            if (!ReplayHeader.TryRead(_buffer.WrittenSpan[start..], out var header))
            {
                _buffer.Clear();
                return false;
            }

            replay = new ReplayedEntry(entry.Topic, header.FirstRecord, first, received);
            (first, pipeline, received) = (header.FirstRecord, _pipelines.Find(header.Pipeline), header.ReceivedUnixNano);
            start += header.Length;
            context = (start - header.Context.Length)..start;
        }

        if (!_batches.TryFind(_buffer.WrittenSpan[context], out builders))
        {
            _buffer.Clear();
            return false;
        }

        if (JournalBatch.Index(entry, source.Signal, _buffer, start, _pool, out var bytes) is not { } batch)
        {
            return false;
        }

        var settled = entry.SettledRecords;
        segment = new DeliverySegment(batch, settled, entry.RecordCount - settled, first.Plus(settled), pipeline, received)
        {
            // The batch owns the bytes, so that the context lives as long as the records.
            Context = bytes.AsMemory(context),
            Replay = replay,
        };
        return true;
    }

    private async ValueTask HandOnAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        try
        {
            await _output.WriteAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            batch.Release();
            throw;
        }
    }

    private async ValueTask HandOnAllAsync(BatchBuilder[] builders, CancellationToken cancellationToken)
    {
        foreach (var builder in builders)
        {
            if (!builder.IsEmpty)
            {
                await HandOnAsync(builder.Take(), cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Hands on the batches that are old enough.</summary>
    /// <returns>When the next one will be; infinite when none is open.</returns>
    private async ValueTask<TimeSpan> FlushDueAsync(bool all, CancellationToken cancellationToken)
    {
        var next = Timeout.InfiniteTimeSpan;
        foreach (var builder in _batches)
        {
            if (builder.IsEmpty)
            {
                continue;
            }

            var remaining = builder.Remaining;
            if (all || remaining <= TimeSpan.Zero)
            {
                await HandOnAsync(builder.Take(), cancellationToken).ConfigureAwait(false);
            }
            else if (next == Timeout.InfiniteTimeSpan || remaining < next)
            {
                next = remaining;
            }
        }

        return next;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Consumer} cannot read from the journal and tries again: {Reason}")]
    private partial void LogUnreadable(string consumer, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Consumer}: the {Count} records from {First} cannot be read from the journal any more; they are counted as corrupt")]
    private partial void LogCorrupt(string consumer, RecordId first, int count);
}
