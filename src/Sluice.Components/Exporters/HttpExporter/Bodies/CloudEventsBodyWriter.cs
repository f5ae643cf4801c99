using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders.CloudEvents;

namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>Records as CloudEvents in structured mode, or in batched mode.</summary>
/// <param name="framing">What stands around them.</param>
/// <param name="buffers">Where memory comes from.</param>
internal sealed class CloudEventsBodyWriter(Framing framing, BufferPool buffers) : FramedBodyWriter(framing)
{
    private readonly CloudEventsEncoder _encoder = new(buffers);

    /// <inheritdoc/>
    public override void Dispose() => _encoder.Dispose();

    /// <inheritdoc/>
    protected override void BeginBatch(EnvelopeBatch batch) => _encoder.BeginBatch(batch);

    /// <inheritdoc/>
    protected override void Encode(int index, RecordId id, PooledBufferWriter output) => _encoder.Encode(index, id, output);
}
