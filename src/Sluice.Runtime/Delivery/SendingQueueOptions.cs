using Sluice.Configuration;

namespace Sluice.Runtime.Delivery;

/// <summary>The Collector's <c>sending_queue</c>. The queue itself is the journal; what is left are the consumers and the batches.</summary>
[IgnoredOption("enabled", "the journal is the queue and cannot be switched off")]
[IgnoredOption("queue_size", "the journal's size and the exporter's max_lag bound the backlog")]
[IgnoredOption("sizer", "the journal counts bytes; the sizer of batches is batch::sizer")]
[IgnoredOption("wait_for_result", "requests are answered when they are durable, never by what an exporter did")]
[IgnoredOption("block_on_overflow", "on_full says what happens when the exporter lags too far")]
[IgnoredOption("storage", "every exporter is backed by the journal")]
public sealed record SendingQueueOptions
{
    /// <summary>Deliveries in flight at once.</summary>
    [Option("Deliveries in flight at once. Exporters that keep the journal's order use one.", Min = 1, Max = 256)]
    public int NumConsumers { get; init; } = 10;

    /// <summary>How records are gathered before a delivery; null when the file does not say.</summary>
    [Option("How records are gathered before a delivery.")]
    public BatchOptions? Batch { get; init; }
}
