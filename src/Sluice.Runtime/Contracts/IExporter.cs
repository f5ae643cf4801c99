using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.Contracts;

/// <summary>Delivers records. Its consumer's cursor moves behind what it settled; whatever it did not, it is given again.</summary>
public interface IExporter : IAsyncDisposable
{
    /// <summary>Whether it needs the records in journal order, which means one batch at a time with all signals in it.</summary>
    DeliveryOrder Order { get; }

    /// <summary>Where it listens, for destinations that come and fetch; complete after the start.</summary>
    IReadOnlyList<BoundEndpoint> Endpoints => [];

    /// <summary>Opens what it needs before the first delivery. Something that may come later (a server that is down) is no reason to fail here.</summary>
    /// <exception cref="ComponentStartException">It can never work as configured.</exception>
    ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken);

    /// <summary>Delivers a batch.</summary>
    /// <param name="batch">Lent for the call.</param>
    /// <param name="cancellationToken">Cut off by the time-out of one attempt, or at the end of the drain.</param>
    /// <returns>What became of it. An exception counts as a failure worth retrying.</returns>
    ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken);
}
