using System.Collections.Concurrent;
using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.Actions;

/// <summary>Lends editors to the threads that run a processor. Idle editors hold no buffers. Thread-safe.</summary>
internal sealed class ActionEditorPool
{
    private readonly ConcurrentQueue<ActionEditor> _idle = new();
    private readonly IReadOnlyList<AttributeOperation> _operations;
    private readonly BufferPool _buffers;
    private readonly bool _usesContext;

    public ActionEditorPool(IReadOnlyList<AttributeActionOptions> actions, BufferPool buffers)
    {
        _operations = ActionCompiler.Compile(actions);
        _buffers = buffers;
        _usesContext = actions.Any(static action => action.FromContext.Length > 0);
    }

    public ActionEditor Rent() => _idle.TryDequeue(out var editor) ? editor : new ActionEditor(_operations, _buffers);

    public void Return(ActionEditor editor)
    {
        editor.Release();
        _idle.Enqueue(editor);
    }

    /// <summary>The request as actions see it; null when none of them looks.</summary>
    public IAttributeContext? ContextOf(RequestContext context) => _usesContext ? new RequestAttributes(context) : null;
}
