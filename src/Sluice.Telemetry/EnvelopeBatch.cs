using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry;

/// <summary>
/// The records of one OTLP request: its payload, and the envelopes, resources and scopes that point into it. Immutable once the indexer
/// is done; pipelines edit their own view of it. One owner, who disposes it once.
/// </summary>
/// <remarks>Made by <see cref="OtlpIndexer"/>. Objects and tables are pooled, so nothing is allocated per request in steady state.</remarks>
public sealed class EnvelopeBatch : IDisposable
{
    private const int RetainedTableLength = 16 * 1024;

    private readonly TelemetryPool _pool;
    private PooledBuffer? _buffer;
    private int _payloadOffset;
    private int _payloadLength;
    private Envelope[] _envelopes = new Envelope[128];
    private ResourceEntry[] _resources = new ResourceEntry[4];
    private ScopeEntry[] _scopes = new ScopeEntry[8];
    private int _count;
    private int _resourceCount;
    private int _scopeCount;

    internal EnvelopeBatch(TelemetryPool pool) => _pool = pool;

    /// <summary>Which message the records are.</summary>
    public Signal Signal { get; private set; }

    /// <summary>The encoded <c>ExportLogsServiceRequest</c>, <c>ExportTraceServiceRequest</c> or <c>ExportMetricsServiceRequest</c>.</summary>
    public ReadOnlySpan<byte> Payload => _buffer is null ? [] : _buffer.Array.AsSpan(_payloadOffset, _payloadLength);

    /// <summary>Records that were accepted.</summary>
    public int Count => _count;

    /// <summary>The headers of the accepted records, in the order of the request.</summary>
    public ReadOnlySpan<Envelope> Envelopes => _envelopes.AsSpan(0, _count);

    /// <summary>The resources, in the order of the request. Offsets are within <see cref="Payload"/>.</summary>
    public ReadOnlySpan<ResourceEntry> Resources => _resources.AsSpan(0, _resourceCount);

    /// <summary>The scopes, in the order of the request.</summary>
    public ReadOnlySpan<ScopeEntry> Scopes => _scopes.AsSpan(0, _scopeCount);

    /// <summary>Records that were refused, with the reason of the first.</summary>
    public RecordRejections Rejections { get; internal set; }

    /// <summary>Bytes of memory held: payload capacity and tables. What budgets charge.</summary>
    public long MemorySize => (_buffer?.Capacity ?? 0) + (_count * 56L) + (_resourceCount * 20L) + (_scopeCount * 16L);

    /// <summary>One record with its surroundings.</summary>
    public RecordView GetRecord(int index)
    {
        ref readonly var envelope = ref Envelopes[index];
        var payload = Payload;
        var resource = _resources[envelope.Resource];
        var scope = _scopes[envelope.Scope];
        return new RecordView(
            Signal,
            in envelope,
            payload.Slice(envelope.Offset, envelope.Length),
            payload.Slice(resource.Offset, resource.Length),
            payload.Slice(scope.Offset, scope.Length),
            resource.ServiceOffset < 0 ? default : payload.Slice(resource.ServiceOffset, resource.ServiceLength));
    }

    /// <summary>Returns the payload and the batch itself to their pools.</summary>
    public void Dispose()
    {
        if (_buffer is null)
        {
            throw new InvalidOperationException("An envelope batch was disposed twice.");
        }

        _buffer.Dispose();
        _buffer = null;
        _count = _resourceCount = _scopeCount = 0;
        if (_envelopes.Length > RetainedTableLength)
        {
            _envelopes = new Envelope[128];
        }

        if (_resources.Length > RetainedTableLength)
        {
            _resources = new ResourceEntry[4];
        }

        if (_scopes.Length > RetainedTableLength)
        {
            _scopes = new ScopeEntry[8];
        }

        _pool.Return(this);
    }

    /// <summary>Takes ownership of the payload and starts empty.</summary>
    internal void Begin(Signal signal, PooledBuffer buffer, int offset, int length)
    {
        Signal = signal;
        _buffer = buffer;
        _payloadOffset = offset;
        _payloadLength = length;
        Rejections = default;
    }

    internal ref Envelope AddEnvelope()
    {
        if (_count == _envelopes.Length)
        {
            Array.Resize(ref _envelopes, _count * 2);
        }

        ref var envelope = ref _envelopes[_count++];
        envelope = default;
        return ref envelope;
    }

    /// <summary>Takes the envelope added last out again: its record was refused.</summary>
    internal void RemoveLastEnvelope() => _count--;

    internal int AddResource(ResourceEntry entry)
    {
        if (_resourceCount == _resources.Length)
        {
            Array.Resize(ref _resources, _resourceCount * 2);
        }

        _resources[_resourceCount] = entry;
        return _resourceCount++;
    }

    internal int AddScope(ScopeEntry entry)
    {
        if (_scopeCount == _scopes.Length)
        {
            Array.Resize(ref _scopes, _scopeCount * 2);
        }

        _scopes[_scopeCount] = entry;
        return _scopeCount++;
    }
}
