using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Transport.HttpServer;

namespace Sluice.Components.Extensions.HeadersSetterExtension;

/// <summary>What to do with one header.</summary>
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

    /// <summary>The header of the incoming requests that has the value.</summary>
    [Option("The header of the incoming requests that has the value. Their receiver must keep headers: include_metadata.")]
    public string? FromContext { get; init; }

    /// <summary>What the receiver's authenticator found that has the value.</summary>
    [Option("What the receiver's authenticator found out about the sender: subject, the name that it proved; username means the same.")]
    public string? FromAttribute { get; init; }

    /// <summary>The value where the request has none.</summary>
    [Option("The value where the incoming requests have none; without it the header stays as it is.")]
    public Secret? DefaultValue { get; init; }

    /// <summary>What of the incoming requests has the value; null when it is fixed.</summary>
    internal RequestProperty? Source => FromContext is { } header ? RequestProperty.Header(header) : FromAttribute is null ? null : RequestProperty.Subject;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (!HeaderRules.IsName(Key))
        {
            context.Error("key", $"\"{Key}\" is not the name of a header", "write a name such as X-Scope-OrgID");
        }

        ValidateSource(context);
        if (FromContext is { } header)
        {
            RequestHeaderNames.Validate(header, "from_context", context);
        }

        if (FromAttribute is not null and not ("subject" or "username"))
        {
            context.Error("from_attribute", $"\"{FromAttribute}\" is not kept with records", "use subject, which is the name that the sender proved");
        }

        foreach (var (key, secret) in new[] { ("value", Value), ("default_value", DefaultValue) })
        {
            if (secret is not null && !HeaderRules.IsValue(secret.Reveal()))
            {
                context.Error(key, "it has a character that no header can carry", "use printable ASCII without line breaks");
            }
        }
    }

    private void ValidateSource(OptionsValidation context)
    {
        string[] given = [.. new[] { Value is null ? null : "value", FromContext is null ? null : "from_context", FromAttribute is null ? null : "from_attribute" }.OfType<string>()];
        if (Action == HeaderAction.Delete && (given.FirstOrDefault() ?? (DefaultValue is null ? null : "default_value")) is { } superfluous)
        {
            context.Error(superfluous, "a header that is deleted has no value", "leave it out");
        }
        else if (Action != HeaderAction.Delete && given.Length == 0)
        {
            context.Error("value", "the header has no value", "give value, from_context or from_attribute, or action: delete");
        }
        else if (given.Length > 1)
        {
            context.Error(given[1], $"{given[0]} stands beside it", "give one of value, from_context and from_attribute");
        }
        else if (DefaultValue is not null && Value is not null)
        {
            context.Error("default_value", "value is always there", "leave one of them out");
        }
    }
}
