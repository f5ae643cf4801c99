using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Delivery;

/// <summary>The Collector's <c>sending_queue::batch::partition</c>.</summary>
public sealed record PartitionOptions : IValidatableOptions
{
    /// <summary>Headers that all records of a batch have in common.</summary>
    [Option("Headers of incoming requests, kept with include_metadata, that the records of one batch have in common.")]
    public IReadOnlyList<string> MetadataKeys { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        for (var i = 0; i < MetadataKeys.Count; i++)
        {
            RequestHeaderNames.Validate(MetadataKeys[i], $"metadata_keys[{i}]", context);
        }
    }
}
