using Sluice.Configuration;

namespace Sluice.Components.Processors.MemoryLimiterProcessor;

/// <summary>Options of the <c>memory_limiter</c> processor: the Collector's keys.</summary>
[IgnoredOption("min_gc_interval_when_soft_limited", "Sluice bounds memory by budgets and never forces a collection")]
[IgnoredOption("min_gc_interval_when_hard_limited", "Sluice bounds memory by budgets and never forces a collection")]
[IgnoredOption("max_gc_interval_when_soft_limited", "Sluice bounds memory by budgets and never forces a collection")]
[IgnoredOption("max_gc_interval_when_hard_limited", "Sluice bounds memory by budgets and never forces a collection")]
[IgnoredOption("check_interval", "memory is charged when it is taken, so nothing is checked at intervals")]
public sealed record MemoryLimiterProcessorOptions : IValidatableOptions
{
    private const long MiB = 1024 * 1024;

    /// <summary>The hard limit in MiB.</summary>
    [Option("Memory that the process should stay below; 0 to use limit_percentage.", Unit = "MiB", Min = 0)]
    public long LimitMib { get; init; }

    /// <summary>The room between the hard limit and the soft one, in MiB.</summary>
    [Option("How far below the limit requests are refused; 0 for a fifth of the limit.", Unit = "MiB", Min = 0)]
    public long SpikeLimitMib { get; init; }

    /// <summary>The hard limit in percent of the memory available.</summary>
    [Option("The limit as a share of the memory the process may use (the container's, where it has one).", Unit = "%", Min = 0, Max = 100)]
    public int LimitPercentage { get; init; }

    /// <summary>The room in percent of the memory available.</summary>
    [Option("How far below the limit requests are refused, as a share; 0 for a fifth of the limit.", Unit = "%", Min = 0, Max = 100)]
    public int SpikeLimitPercentage { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (LimitMib == 0 && LimitPercentage == 0)
        {
            context.Error("", "there is no limit", "give limit_mib or limit_percentage");
        }

        if (LimitMib != 0 && SpikeLimitMib >= LimitMib)
        {
            context.Error("spike_limit_mib", $"{SpikeLimitMib} is not below limit_mib, which is {LimitMib}", "lower it, or raise limit_mib");
        }

        if (LimitMib == 0 && LimitPercentage != 0 && SpikeLimitPercentage >= LimitPercentage)
        {
            context.Error(
                "spike_limit_percentage",
                $"{SpikeLimitPercentage} is not below limit_percentage, which is {LimitPercentage}",
                "lower it, or raise limit_percentage");
        }
    }

    /// <summary>The soft limit: what the Collector refuses above. As there, limit_mib goes before limit_percentage.</summary>
    /// <param name="available">Bytes of memory that the process may use.</param>
    internal long SoftLimit(long available)
    {
        var limit = LimitMib != 0 ? LimitMib * MiB : available / 100 * LimitPercentage;
        var spike = LimitMib != 0 ? SpikeLimitMib * MiB : available / 100 * SpikeLimitPercentage;
        return limit - (spike != 0 ? spike : limit / 5);
    }
}
