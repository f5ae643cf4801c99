using Sluice.Components.Processors.Actions;
using Sluice.Configuration;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>An attribute that must be there.</summary>
public sealed record AttributeMatchOptions : IValidatableOptions
{
    /// <summary>Its key.</summary>
    [Option("The key of the attribute.", Required = true)]
    public string Key { get; init; } = "";

    /// <summary>Its value.</summary>
    [Option("Its value, compared with its type, or with match_type regexp a pattern for its text; without it the attribute need only be there.")]
    public ConfigNode? Value { get; init; }

    internal ConfigNode? Literal => Value is ConfigScalar { IsNull: true } ? null : Value;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Key.Length == 0)
        {
            context.Error("key", "it is empty", "give the key of an attribute");
        }

        if (Literal is not null && LiteralValue.FindFault(Literal) is { } fault)
        {
            context.Error("value", fault, "give a text, bool, number, list or map");
        }
    }
}
