using Sluice.Buffers;
using Sluice.Components.Processors.Actions;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Processors.ResourceProcessor;

/// <summary>Applies actions to the attributes of the resources that records stand in.</summary>
internal sealed class ResourceProcessor(ResourceProcessorOptions options, BufferPool buffers) : IProcessor
{
    private readonly ActionEditorPool _editors = new(options.Attributes, buffers);

    public DropKind Drops => DropKind.Filtered;

    public void Process(BatchView view, RequestContext context)
    {
        var editor = _editors.Rent();
        try
        {
            var attributes = _editors.ContextOf(context);
            var last = -1;
            for (var i = 0; i < view.Count; i++)
            {
                // Records of one resource stand together.
                var resource = view.Envelopes[i].Resource;
                if (resource != last)
                {
                    last = resource;
                    Edit(view, resource, editor, attributes);
                }
            }
        }
        finally
        {
            _editors.Return(editor);
        }
    }

    private static void Edit(BatchView view, int resource, ActionEditor editor, IAttributeContext? context)
    {
        var message = OtlpContainer.OwnMessage(view.GetResourceContainer(resource));
        editor.Output.Clear();
        if (editor.Attributes.TryEdit(message, OtlpFields.Resource.Attributes, editor.Output, context))
        {
            view.ReplaceResourceMessage(resource, editor.Output.WrittenSpan);
        }
    }
}
