using Sluice.Configuration;

namespace Sluice.Runtime.Delivery;

/// <summary>The Collector's <c>sending_queue::batch</c>: a delivery begins when a batch is large or old enough.</summary>
public sealed record BatchOptions : IValidatableOptions
{
    /// <summary>Age at which a batch is delivered however small.</summary>
    [Option("Age at which a batch is delivered, however small.", Min = 0, Max = 86400)]
    public TimeSpan FlushTimeout { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Size at which a batch is delivered at once, in units of <see cref="Sizer"/>.</summary>
    [Option("Size at which a batch is delivered at once, in units of the sizer.", Min = 0)]
    public long MinSize { get; init; } = 8192;

    /// <summary>Size that no batch exceeds, in units of <see cref="Sizer"/>; 0 for none.</summary>
    [Option("Size that no batch exceeds, in units of the sizer; 0 for no limit.", Min = 0)]
    public long MaxSize { get; init; }

    /// <summary>What the sizes count.</summary>
    [Option("What the sizes count: items (records) or bytes (of the records' messages).")]
    public BatchSizer Sizer { get; init; } = BatchSizer.Items;

    /// <summary>What the records of one batch have in common.</summary>
    [Option("What the requests have in common whose records go into one batch.")]
    public PartitionOptions Partition { get; init; } = new();

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (MaxSize != 0 && MaxSize < MinSize)
        {
            context.Error("max_size", $"{MaxSize} is below min_size, which is {MinSize}", "raise max_size, lower min_size, or set max_size to 0");
        }
    }
}
