using Sluice.Configuration;

namespace Sluice.Components.Extensions.HeadersSetterExtension;

/// <summary>Options of the <c>headers_setter</c> extension.</summary>
public sealed record HeadersSetterExtensionOptions : IValidatableOptions
{
    /// <summary>What to do, in order.</summary>
    [Option("What to do with headers, in order.", Required = true)]
    public IReadOnlyList<HeaderActionOptions> Headers { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Headers.Count == 0)
        {
            context.Error("headers", "the list is empty", "add a header, such as {key: X-Scope-OrgID, value: acme}");
        }
    }
}
