using Sluice.Runtime.Contracts;

namespace Sluice.Components.Processors.MemoryLimiterProcessor;

/// <summary>
/// The <c>memory_limiter</c> processor: its soft limit bounds the bytes of requests in flight, which is the only memory of Sluice that
/// grows with what senders do.
/// </summary>
public sealed class MemoryLimiterProcessorFactory : MappedProcessorFactory<MemoryLimiterProcessorOptions>
{
    /// <inheritdoc/>
    public override string Type => "memory_limiter";

    /// <inheritdoc/>
    public override string Summary => "Bounds the memory of requests in flight.";

    /// <inheritdoc/>
    protected override void Apply(MemoryLimiterProcessorOptions options, PipelineSettings settings) =>
        settings.IntakeLimit = options.SoftLimit(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
}
