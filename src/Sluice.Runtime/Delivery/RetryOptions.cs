using Sluice.Configuration;

namespace Sluice.Runtime.Delivery;

/// <summary>The Collector's <c>retry_on_failure</c>: exponential backoff with jitter. By default without end, since the journal holds what waits.</summary>
public sealed record RetryOptions : IValidatableOptions
{
    /// <summary>Whether failures are retried at all.</summary>
    [Option("Whether failures are retried; otherwise the first failure sends the batch to the dead letters.")]
    public bool Enabled { get; init; } = true;

    /// <summary>The first wait.</summary>
    [Option("The first wait.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan InitialInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Part of each wait that is random.</summary>
    [Option("Part of each wait that is random, to both sides.", Min = 0, Max = 1)]
    public double RandomizationFactor { get; init; } = 0.5;

    /// <summary>How much longer each wait is than the one before.</summary>
    [Option("How much longer each wait is than the one before.", Min = 1)]
    public double Multiplier { get; init; } = 1.5;

    /// <summary>The longest wait.</summary>
    [Option("The longest wait.", Min = 0.001, Max = OptionAttribute.LongestWait)]
    public TimeSpan MaxInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>After this time a batch goes to the dead letters; zero for never.</summary>
    [Option("Time after which a batch that keeps failing goes to the dead letters; 0 for never.", Min = 0)]
    public TimeSpan MaxElapsedTime { get; init; } = TimeSpan.Zero;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (MaxElapsedTime != TimeSpan.Zero && MaxElapsedTime < InitialInterval)
        {
            context.Error("max_elapsed_time", "is shorter than initial_interval, so that nothing would be retried", "raise it, or set it to 0 for no limit");
        }
    }
}
