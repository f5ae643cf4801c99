using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Graph;

/// <summary>A checked configuration: everything is bound, every reference resolves. Immutable; nothing runs.</summary>
/// <param name="Service">The instance's own settings.</param>
/// <param name="Components">Every component that is used, by kind and id.</param>
/// <param name="Pipelines">The pipelines, in the order of the file.</param>
/// <param name="Extensions">The extensions to start, in order.</param>
public sealed record GraphModel(
    ServiceOptions Service,
    IReadOnlyDictionary<(ComponentKind Kind, string Id), ComponentModel> Components,
    IReadOnlyList<PipelineModel> Pipelines,
    IReadOnlyList<ComponentModel> Extensions)
{
    /// <summary>The used components of a kind.</summary>
    public IEnumerable<ComponentModel> OfKind(ComponentKind kind) => Components.Values.Where(component => component.Factory.Kind == kind);
}
