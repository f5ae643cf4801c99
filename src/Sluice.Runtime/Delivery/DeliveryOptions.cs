using Sluice.Journal;

namespace Sluice.Runtime.Delivery;

/// <summary>How one exporter's consumer batches, retries and lags: what its factory makes of its options.</summary>
public sealed record DeliveryOptions
{
    /// <summary><c>sending_queue</c>.</summary>
    public SendingQueueOptions SendingQueue { get; init; } = new();

    /// <summary>How records are gathered where neither <c>sending_queue::batch</c> nor a processor says.</summary>
    public BatchOptions DefaultBatch { get; init; } = new();

    /// <summary>Which records a batch may hold together.</summary>
    public BatchScope Scope { get; init; }

    /// <summary>What the requests must have in common whose records go into one batch; the runtime finds it out.</summary>
    public BatchPartitioning Partitioning { get; init; } = BatchPartitioning.None;

    /// <summary><c>retry_on_failure</c>.</summary>
    public RetryOptions Retry { get; init; } = new();

    /// <summary><c>timeout</c>: one attempt's time. 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>What happens when the exporter lags too far.</summary>
    public OnFull OnFull { get; init; } = OnFull.Reject;

    /// <summary>Bytes it may lag behind; null: the journal's size.</summary>
    public long? MaxLag { get; init; }

    /// <summary>Where it starts when it is new.</summary>
    public StartAt StartAt { get; init; } = StartAt.Latest;

    /// <summary>What the keys say that exporters share; the rest is as above.</summary>
    public static DeliveryOptions From(IDeliveryOptions options) => new()
    {
        SendingQueue = options.SendingQueue,
        Retry = options.RetryOnFailure,
        OnFull = options.OnFull,
        MaxLag = options.MaxLag?.Bytes,
        StartAt = options.StartAt,
    };
}
