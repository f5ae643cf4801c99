using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Runtime.Stateful;

/// <summary>
/// What a connector with memory writes at one moment: requests for the pipelines it feeds, and changes of its state. All of it is
/// committed with its cursor, in one group; only what would be too large for one is committed in several, cut where the connector allows it.
/// </summary>
public sealed class StatefulOutput : IDisposable
{
    /// <summary>What was made here is taken whatever its number of records.</summary>
    private static readonly IndexLimits Unlimited = new() { MaxRecords = int.MaxValue };

    private readonly TelemetryPool _pool;
    private readonly JournalTable _state;
    private readonly int _partSize;
    private readonly List<StatefulPart> _parts = [];
    private readonly PooledBufferWriter _request;
    private StatefulPart? _part;
    private Signal _signal;

    /// <summary>Creates one that is written again and again.</summary>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="state">The connector's state.</param>
    /// <param name="partSize">Bytes of a part from which on <see cref="EndPart"/> ends it.</param>
    public StatefulOutput(TelemetryPool pool, JournalTable state, int partSize)
    {
        _pool = pool;
        _state = state;
        _partSize = partSize;
        _request = new PooledBufferWriter(pool.Buffers, "request of a connector");
    }

    /// <summary>The position behind the last record that the connector was given: what its state covers.</summary>
    public RecordId Position { get; private set; }

    /// <summary>
    /// The time at which what was gathered is to be given out, in nanoseconds since 1970: when it was due. Where records are read again after a
    /// crash it may begin again before times that were given out; those come again then. Null when only state is to be written.
    /// </summary>
    public long? EmitUnixNano { get; private set; }

    /// <summary>What was written, in order.</summary>
    public IReadOnlyList<StatefulPart> Parts => _parts;

    /// <summary>Nothing was written.</summary>
    public bool IsEmpty => _parts.Count == 0;

    /// <summary>Starts anew.</summary>
    public void Begin(RecordId position, long? emitUnixNano)
    {
        Clear();
        Position = position;
        EmitUnixNano = emitUnixNano;
    }

    /// <summary>Sets a key of the state. Both are copied.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => Part.Changes.Put(key, value);

    /// <summary>Removes a key of the state; one that is not there is fine.</summary>
    public void Delete(ReadOnlySpan<byte> key) => Part.Changes.Delete(key);

    /// <summary>
    /// Starts an OTLP export request, which goes to every pipeline of its signal that the connector feeds. Append its bytes to the returned
    /// writer, then call <see cref="EndRequest"/>.
    /// </summary>
    public PooledBufferWriter BeginRequest(Signal signal)
    {
        _signal = signal;
        _request.Clear();
        return _request;
    }

    /// <summary>Ends the request begun last; without records it is forgotten.</summary>
    /// <exception cref="InvalidOperationException">It is none, or holds records that are refused.</exception>
    public void EndRequest()
    {
        var length = _request.Length;
        var buffer = _request.Detach();
        var result = OtlpIndexer.Index(_signal, buffer, 0, length, _pool, Unlimited);
        if (result.Batch is not { } batch)
        {
            buffer.Dispose();
            throw new InvalidOperationException($"A connector wrote a request that is none: {result.Status} at {result.ErrorOffset}.");
        }

        if (batch.Rejections.Records > 0)
        {
            var reason = batch.Rejections.First;
            batch.Dispose();
            throw new InvalidOperationException($"A connector wrote records that are refused: {reason}.");
        }

        if (batch.Count == 0)
        {
            batch.Dispose();
            return;
        }

        Part.Add(batch);
    }

    /// <summary>
    /// Says that what was written so far is right without what follows, though the cursor comes only with the last: where it has become large, a
    /// part of its own is committed.
    /// </summary>
    public void EndPart()
    {
        if (_part is not null && _part.Length >= _partSize)
        {
            _part = null;
        }
    }

    /// <summary>Forgets what was written.</summary>
    public void Clear()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }

        _parts.Clear();
        _part = null;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        Clear();
        _request.Dispose();
    }

    private StatefulPart Part
    {
        get
        {
            if (_part is null)
            {
                _part = new StatefulPart(new TableChanges(_state, _pool.Buffers, "state of a connector"));
                _parts.Add(_part);
            }

            return _part;
        }
    }
}
