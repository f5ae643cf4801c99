using Sluice.Components.Processors.Actions;
using Sluice.Configuration;

namespace Sluice.Components.Processors.ResourceProcessor;

/// <summary>Options of the <c>resource</c> processor.</summary>
public sealed record ResourceProcessorOptions : IValidatableOptions
{
    /// <summary>The actions, applied in order.</summary>
    [Option("The actions, applied to the attributes of every resource in this order.", Required = true)]
    public IReadOnlyList<AttributeActionOptions> Attributes { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Attributes.Count == 0)
        {
            context.Error("attributes", "there is no action", "give at least one, or take the processor out of the pipelines");
        }
    }
}
