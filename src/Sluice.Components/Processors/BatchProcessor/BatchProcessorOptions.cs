using Sluice.Configuration;

namespace Sluice.Components.Processors.BatchProcessor;

/// <summary>Options of the <c>batch</c> processor: the Collector's keys and defaults.</summary>
[UnsupportedOption("metadata_keys", "use one pipeline and exporter per tenant")]
[IgnoredOption("metadata_cardinality_limit", "it bounds metadata_keys, which Sluice does not take")]
public sealed record BatchProcessorOptions : IValidatableOptions
{
    /// <summary>Records at which a batch is delivered at once.</summary>
    [Option("Records at which a batch is delivered, whatever its age; 0 for at once.", Unit = "records", Min = 0)]
    public int SendBatchSize { get; init; } = 8192;

    /// <summary>Age at which a batch is delivered.</summary>
    [Option("Age at which a batch is delivered, however small; 0 for at once.", Min = 0)]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Records that no batch exceeds.</summary>
    [Option("Records that no batch exceeds; 0 for no limit.", Unit = "records", Min = 0)]
    public int SendBatchMaxSize { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (SendBatchMaxSize != 0 && SendBatchMaxSize < SendBatchSize)
        {
            context.Error(
                "send_batch_max_size",
                $"{SendBatchMaxSize} is below send_batch_size, which is {SendBatchSize}",
                "raise send_batch_max_size, lower send_batch_size, or set send_batch_max_size to 0");
        }
    }
}
