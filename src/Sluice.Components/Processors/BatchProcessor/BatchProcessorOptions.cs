using Sluice.Configuration;
using Sluice.Runtime.Contracts;

namespace Sluice.Components.Processors.BatchProcessor;

/// <summary>Options of the <c>batch</c> processor: the Collector's keys and defaults.</summary>
public sealed record BatchProcessorOptions : IValidatableOptions
{
    /// <summary>Records at which a batch is delivered at once.</summary>
    [Option("Records at which a batch is delivered, whatever its age; 0 for at once.", Unit = "records", Min = 0)]
    public int SendBatchSize { get; init; } = 8192;

    /// <summary>Age at which a batch is delivered.</summary>
    [Option("Age at which a batch is delivered, however small; 0 for at once.", Min = 0, Max = OptionAttribute.LongestWait)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Records that no batch exceeds.</summary>
    [Option("Records that no batch exceeds; 0 for no limit.", Unit = "records", Min = 0)]
    public int SendBatchMaxSize { get; init; }

    /// <summary>Headers that the records of one batch have in common.</summary>
    [Option("Headers of incoming requests, kept with include_metadata, that the records of one batch have in common.")]
    public IReadOnlyList<string> MetadataKeys { get; init; } = [];

    /// <summary>Combinations of their values that are gathered at the same time.</summary>
    [Option("Combinations of the values of metadata_keys that are gathered at the same time; 0 for as many as fit into the consumer's window. Where there are more, the one not seen for the longest time is delivered early.", Min = 0)]
    public int MetadataCardinalityLimit { get; init; } = 1000;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        for (var i = 0; i < MetadataKeys.Count; i++)
        {
            RequestHeaderNames.Validate(MetadataKeys[i], $"metadata_keys[{i}]", context);
        }

        if (SendBatchMaxSize != 0 && SendBatchMaxSize < SendBatchSize)
        {
            context.Error(
                "send_batch_max_size",
                $"{SendBatchMaxSize} is below send_batch_size, which is {SendBatchSize}",
                "raise send_batch_max_size, lower send_batch_size, or set send_batch_max_size to 0");
        }
    }
}
