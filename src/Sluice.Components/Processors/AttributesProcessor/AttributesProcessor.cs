using Sluice.Buffers;
using Sluice.Components.Processors.Actions;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>Applies actions to the attributes of log records and spans, and of the data points of metrics.</summary>
internal sealed class AttributesProcessor(AttributesProcessorOptions options, Signal signal, BufferPool buffers) : IProcessor
{
    private readonly ActionEditorPool _editors = new(options.Actions, buffers);
    private readonly RecordMatcher? _include = options.Include is null ? null : new RecordMatcher(options.Include, signal);
    private readonly RecordMatcher? _exclude = options.Exclude is null ? null : new RecordMatcher(options.Exclude, signal);

    public DropKind Drops => DropKind.Filtered;

    public void Process(BatchView view, RequestContext context)
    {
        var editor = _editors.Rent();
        try
        {
            var attributes = _editors.ContextOf(context);
            for (var i = 0; i < view.Count; i++)
            {
                var record = view.GetRecord(i);
                if ((_include is null || _include.Matches(in record, editor.Text)) &&
                    (_exclude is null || !_exclude.Matches(in record, editor.Text)) &&
                    TryEdit(in record, editor, attributes))
                {
                    view.ReplaceRecord(i, editor.Output.WrittenSpan);
                }
            }
        }
        finally
        {
            _editors.Return(editor);
        }
    }

    private static bool TryEdit(in RecordView record, ActionEditor editor, IAttributeContext? context)
    {
        editor.Output.Clear();
        return record.Signal == Signal.Metrics
            ? editor.Attributes.TryEditDataPoints(record.Message, editor.Output, context)
            : editor.Attributes.TryEdit(record.Message, RecordView.AttributesField(record.Signal), editor.Output, context);
    }
}
