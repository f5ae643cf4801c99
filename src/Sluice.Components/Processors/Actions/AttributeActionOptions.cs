using System.Text.RegularExpressions;
using Sluice.Configuration;
using Sluice.Telemetry.Editing;

namespace Sluice.Components.Processors.Actions;

/// <summary>One action on the attributes of a record, data point or resource.</summary>
public sealed record AttributeActionOptions : IValidatableOptions
{
    /// <summary>What is done.</summary>
    [Option("What is done with the attribute.", Required = true)]
    public ActionKind Action { get; init; }

    /// <summary>The attribute acted on.</summary>
    [Option("The attribute that is acted on. Required, except by delete and hash with a pattern.")]
    public string Key { get; init; } = "";

    /// <summary>A literal of any kind.</summary>
    [Option("For insert, update and upsert: the value; its type is that of the YAML value, lists and maps included.")]
    public ConfigNode? Value { get; init; }

    /// <summary>A regular expression.</summary>
    [Option("A regular expression (RE2). For delete and hash: the keys acted on as well; for extract: what the attribute's text is matched against, each group named like the attribute it sets.")]
    public string Pattern { get; init; } = "";

    /// <summary>The attribute a value is taken from.</summary>
    [Option("For insert, update and upsert: the attribute of the same record that the value is taken from. Without it nothing happens.")]
    public string FromAttribute { get; init; } = "";

    /// <summary>What of the request a value is taken from.</summary>
    [Option("For insert, update and upsert: what of the request the value is taken from: metadata.<header>, client.address or auth.subject.")]
    public string FromContext { get; init; } = "";

    /// <summary>What a value is converted to.</summary>
    [Option("For convert: the type of the new value. A value that cannot be converted stays as it is.")]
    public ConvertedType? ConvertedType { get; init; }

    /// <summary>The value, unless it is absent or null, which means the same.</summary>
    internal ConfigNode? Literal => Value is ConfigScalar { IsNull: true } ? null : Value;

    private bool Assigns => Action is ActionKind.Insert or ActionKind.Update or ActionKind.Upsert;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        var name = Action.ToString().ToLowerInvariant();
        if (Key.Length == 0 && (Action is not (ActionKind.Delete or ActionKind.Hash) || Pattern.Length == 0))
        {
            context.Error("key", $"{name} does not say which attribute", Action is ActionKind.Delete or ActionKind.Hash ? "give a key or a pattern" : "give a key");
        }

        ValidateSources(context, name);
        if (Pattern.Length > 0 && (Assigns || Action == ActionKind.Convert))
        {
            context.Error("pattern", $"{name} takes no pattern", "remove it; delete, hash and extract take one");
        }
        else if (Pattern.Length > 0 || Action == ActionKind.Extract)
        {
            ValidatePattern(context);
        }

        if (Action == ActionKind.Convert && ConvertedType is null)
        {
            context.Error("converted_type", "convert does not say to what", "give string, int, double or bool");
        }
        else if (Action != ActionKind.Convert && ConvertedType is not null)
        {
            context.Error("converted_type", $"{name} converts nothing", "remove it, or use the action convert");
        }
    }

    private void ValidateSources(OptionsValidation context, string name)
    {
        var sources = (Literal is null ? 0 : 1) + (FromAttribute.Length == 0 ? 0 : 1) + (FromContext.Length == 0 ? 0 : 1);
        if (Assigns && sources != 1)
        {
            context.Error(
                sources == 0 ? "action" : "value",
                sources == 0 ? $"{name} has no value" : $"{name} has more than one source of its value",
                "give exactly one of value, from_attribute and from_context");
        }
        else if (!Assigns && sources > 0)
        {
            var key = Literal is not null ? "value" : FromAttribute.Length > 0 ? "from_attribute" : "from_context";
            context.Error(key, $"{name} takes no value", "remove it; insert, update and upsert take one");
        }

        if (Literal is not null && LiteralValue.FindFault(Literal) is { } fault)
        {
            context.Error("value", fault, "give a text, bool, number, list or map");
        }

        if (FromContext.Length > 0 && !RequestAttributes.IsKnown(FromContext))
        {
            context.Error(
                "from_context",
                $"a request does not hold \"{FromContext}\"",
                "give metadata.<header> (a header that the receiver keeps), client.address or auth.subject");
        }
    }

    private void ValidatePattern(OptionsValidation context)
    {
        if (Pattern.Length == 0)
        {
            context.Error("pattern", "extract has no pattern", "give a regular expression with a named group for each attribute to set");
            return;
        }

        Regex pattern;
        try
        {
            pattern = Re2Pattern.Compile(Pattern);
        }
        catch (ArgumentException e)
        {
            context.Error("pattern", $"it cannot be used: {e.Message}", "correct it; the syntax is that of RE2");
            return;
        }

        if (Action == ActionKind.Extract && AttributeOperation.FindGroupFault(pattern) is { } fault)
        {
            context.Error("pattern", fault, "name every group after the attribute it sets, (?P<name>...), and write (?:...) for one that sets none");
        }
    }
}
