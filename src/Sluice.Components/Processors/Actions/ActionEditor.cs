using Sluice.Buffers;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.Actions;

/// <summary>What one thread needs to run actions: an editor, and a place for the message it makes.</summary>
internal sealed class ActionEditor(IReadOnlyList<AttributeOperation> operations, BufferPool pool)
{
    public AttributeEditor Attributes { get; } = new(operations, pool);

    public PooledBufferWriter Output { get; } = new(pool, "message edited by an attribute action");

    /// <summary>For text that a matcher has to make.</summary>
    public PooledBufferWriter Text { get; } = new(pool, "text matched by an attribute action");

    /// <summary>Gives all memory back; the editor may be used again.</summary>
    public void Release()
    {
        Attributes.Dispose();
        Output.Dispose();
        Text.Dispose();
    }
}
