using Sluice.Components.Processors.Actions;
using Sluice.Configuration;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>Options of the <c>attributes</c> processor.</summary>
public sealed record AttributesProcessorOptions : IValidatableOptions
{
    /// <summary>Which records it acts on.</summary>
    [Option("Which records it acts on; without it all.")]
    public MatchOptions? Include { get; init; }

    /// <summary>Which of these it leaves alone.</summary>
    [Option("Which records it leaves alone, among those that are included.")]
    public MatchOptions? Exclude { get; init; }

    /// <summary>The actions.</summary>
    [Option("The actions, applied to the attributes of every record in this order; in metrics pipelines to those of every data point.", Required = true)]
    public IReadOnlyList<AttributeActionOptions> Actions { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Actions.Count == 0)
        {
            context.Error("actions", "there is no action", "give at least one, or take the processor out of the pipelines");
        }
    }
}
