using Sluice.Configuration;
using Sluice.Journal;

namespace Sluice.Runtime.Delivery;

/// <summary>
/// The keys about delivery that an exporter's options have in common with those of others. <see cref="DeliveryOptions.From"/> reads them, so
/// that no factory maps them by itself.
/// </summary>
public interface IDeliveryOptions
{
    /// <summary><c>sending_queue</c>: how records are gathered, and how many deliveries are under way at once.</summary>
    SendingQueueOptions SendingQueue { get; }

    /// <summary><c>retry_on_failure</c>: what happens when the destination cannot take a batch now.</summary>
    RetryOptions RetryOnFailure { get; }

    /// <summary><c>max_lag</c>: bytes of the journal that the exporter may lag behind; null for all of it.</summary>
    ByteSize? MaxLag { get; }

    /// <summary><c>on_full</c>: what happens when it lags too far.</summary>
    OnFull OnFull { get; }

    /// <summary><c>start_at</c>: where it starts when it is new.</summary>
    StartAt StartAt { get; }
}
