using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Editing;

/// <summary>
/// One pipeline's view of a batch: it drops and changes records without touching the batch, which other pipelines see as it came.
/// Copy on write, table by table: untouched it holds nothing of its own. One owner, who disposes it before the batch; not thread-safe.
/// </summary>
/// <remarks>
/// Changed messages lie in the view's slab (<see cref="EnvelopeFlags.InSlab"/>, <see cref="ResourceEntry.InSlab"/>,
/// <see cref="ScopeEntry.InSlab"/>); the rest stays in the batch's payload. Every edit invalidates the <see cref="RecordView"/>s read before.
/// </remarks>
public sealed partial class BatchView : IDisposable
{
    private const int RetainedTableLength = 16 * 1024;

    private readonly TelemetryPool _pool;
    private readonly PooledBufferWriter _fields;
    private PooledBufferWriter _slab;
    private PooledBufferWriter _spareSlab;
    private EnvelopeBatch? _source;
    private Envelope[] _envelopes = [];
    private ResourceEntry[] _resources = [];
    private ScopeEntry[] _scopes = [];
    private int _count;
    private bool _ownsEnvelopes;
    private bool _ownsResources;
    private bool _ownsScopes;

    internal BatchView(TelemetryPool pool)
    {
        _pool = pool;
        _fields = new PooledBufferWriter(pool.Buffers, "fields of a resource being edited");
        _slab = new PooledBufferWriter(pool.Buffers, "edited records of a view");
        _spareSlab = new PooledBufferWriter(pool.Buffers, "edited records of a view, compacted");
    }

    /// <summary>The batch that is viewed; not owned.</summary>
    public EnvelopeBatch Source => _source ?? throw new ObjectDisposedException(nameof(BatchView));

    /// <summary>Which message the records are.</summary>
    public Signal Signal => Source.Signal;

    /// <summary>Records that are left.</summary>
    public int Count => _ownsEnvelopes ? _count : Source.Count;

    /// <summary>Nothing was dropped or changed.</summary>
    public bool IsUntouched => !(_ownsEnvelopes || _ownsResources || _ownsScopes);

    /// <summary>The headers of the records that are left, in the order of the request.</summary>
    public ReadOnlySpan<Envelope> Envelopes => _ownsEnvelopes ? _envelopes.AsSpan(0, _count) : Source.Envelopes;

    /// <summary>The resources, also those without a record that is left.</summary>
    public ReadOnlySpan<ResourceEntry> Resources => _ownsResources ? _resources.AsSpan(0, Source.Resources.Length) : Source.Resources;

    /// <summary>The scopes, also those without a record that is left.</summary>
    public ReadOnlySpan<ScopeEntry> Scopes => _ownsScopes ? _scopes.AsSpan(0, Source.Scopes.Length) : Source.Scopes;

    /// <summary>Bytes of memory held beside the batch: tables and slab. What budgets charge.</summary>
    public long MemorySize =>
        (_ownsEnvelopes ? _envelopes.Length * 56L : 0) +
        (_ownsResources ? _resources.Length * 36L : 0) +
        (_ownsScopes ? _scopes.Length * 32L : 0) +
        _slab.Capacity + _spareSlab.Capacity + _fields.Capacity;

    /// <summary>One record with its surroundings, edits included.</summary>
    public RecordView GetRecord(int index)
    {
        ref readonly var envelope = ref Envelopes[index];
        return MakeView(in envelope);
    }

    /// <summary>A resource container with its edits: read its own fields with <see cref="OtlpContainer"/>. Invalid after the next edit.</summary>
    public ReadOnlySpan<byte> GetResourceContainer(int index)
    {
        ref readonly var entry = ref Resources[index];
        return (entry.InSlab ? _slab.WrittenSpan : Source.Payload).Slice(entry.Offset, entry.Length);
    }

    /// <summary>
    /// Appends the view as an OTLP export request. An untouched view of a batch without refused records is the payload, byte for byte.
    /// Otherwise: untouched records and all fields of resources, scopes and request are copied as they are, unknown ones included, lengths
    /// are minimal, and containers without a record are left out.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public int WriteRequest(PooledBufferWriter output) => OtlpRequestWriter.Write(this, 0, Count, output);

    /// <summary>Returns the view and its slab to their pools.</summary>
    public void Dispose()
    {
        if (_source is null)
        {
            throw new InvalidOperationException("A batch view was disposed twice.");
        }

        _source = null;
        _slab.Dispose();
        _spareSlab.Dispose();
        _fields.Dispose();
        _ownsEnvelopes = _ownsResources = _ownsScopes = false;
        _count = 0;
        _liveBytes = 0;
        if (_envelopes.Length > RetainedTableLength)
        {
            _envelopes = [];
        }

        if (_resources.Length > RetainedTableLength)
        {
            _resources = [];
        }

        if (_scopes.Length > RetainedTableLength)
        {
            _scopes = [];
        }

        _pool.Return(this);
    }

    internal ReadOnlySpan<byte> Slab => _slab.WrittenSpan;

    internal void Begin(EnvelopeBatch source) => _source = source;

    private RecordView MakeView(ref readonly Envelope envelope)
    {
        var payload = Source.Payload;
        var slab = _slab.WrittenSpan;
        ref readonly var resource = ref Resources[envelope.Resource];
        ref readonly var scope = ref Scopes[envelope.Scope];
        var resourceBytes = resource.InSlab ? slab : payload;
        return new RecordView(
            Signal,
            in envelope,
            ((envelope.Flags & EnvelopeFlags.InSlab) != EnvelopeFlags.None ? slab : payload).Slice(envelope.Offset, envelope.Length),
            resourceBytes.Slice(resource.Offset, resource.Length),
            resource.Parts,
            (scope.InSlab ? slab : payload).Slice(scope.Offset, scope.Length),
            scope.Parts,
            resource.ServiceOffset < 0 ? default : resourceBytes.Slice(resource.ServiceOffset, resource.ServiceLength));
    }
}
