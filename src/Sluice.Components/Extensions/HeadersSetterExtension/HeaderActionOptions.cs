using Sluice.Configuration;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Extensions.HeadersSetterExtension;

/// <summary>What to do with one header.</summary>
[UnsupportedOption("from_context", "give a value: one request to a destination carries records of many that came in, so that no header of one stands for all")]
[UnsupportedOption("from_attribute", "give a value: one request to a destination carries records of many senders")]
[UnsupportedOption("default_value", "give a value: it is what from_context falls back to")]
[UnsupportedOption("value_file", "read the file into the value: ${file:path}")]
public sealed record HeaderActionOptions : IValidatableOptions
{
    /// <summary>What to do.</summary>
    [Option("insert: add it where it is missing. update: change it where it is there. upsert: both. delete: remove it.")]
    public HeaderAction Action { get; init; } = HeaderAction.Upsert;

    /// <summary>The header.</summary>
    [Option("The name of the header.", Required = true)]
    public string Key { get; init; } = "";

    /// <summary>Its value.</summary>
    [Option("The value of the header; not for delete.")]
    public Secret? Value { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (!HeaderRules.IsName(Key))
        {
            context.Error("key", $"\"{Key}\" is not the name of a header", "write a name such as X-Scope-OrgID");
        }

        if (Action == HeaderAction.Delete && Value is not null)
        {
            context.Error("value", "a header that is deleted has no value", "leave it out");
        }
        else if (Action != HeaderAction.Delete && Value is null)
        {
            context.Error("value", "the header has no value", "give one, or action: delete");
        }

        if (Value is { } value && !HeaderRules.IsValue(value.Reveal()))
        {
            context.Error("value", "it has a character that no header can carry", "use printable ASCII without line breaks");
        }
    }
}
