using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Extensions.HeadersSetterExtension;

/// <summary>Options of the <c>headers_setter</c> extension.</summary>
[UnsupportedOption("additional_auth", "set the credential here: {key: Authorization, value: \"Bearer ${env:TOKEN}\"}")]
public sealed record HeadersSetterExtensionOptions : IValidatableOptions, IRequestPropertyUser
{
    /// <summary>What to do, in order.</summary>
    [Option("What to do with headers, in order.", Required = true)]
    public IReadOnlyList<HeaderActionOptions> Headers { get; init; } = [];

    /// <inheritdoc/>
    public IEnumerable<RequestProperty> UsedProperties => Headers.Select(header => header.Source).OfType<RequestProperty>().Distinct();

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (Headers.Count == 0)
        {
            context.Error("headers", "the list is empty", "add a header, such as {key: X-Scope-OrgID, value: acme}");
        }
    }
}
