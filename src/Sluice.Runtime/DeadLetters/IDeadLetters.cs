using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.DeadLetters;

/// <summary>Where records go that a destination refuses for good: kept with the reason, so that nothing disappears silently. Thread-safe.</summary>
public interface IDeadLetters
{
    /// <summary>Keeps records.</summary>
    /// <param name="component">Id of the exporter that could not deliver them.</param>
    /// <param name="segment">The records; lent for the call.</param>
    /// <param name="reason">What the destination said.</param>
    /// <param name="attempts">How often delivery was tried.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Completes when they are on disk; only then may the cursor move.</returns>
    /// <exception cref="IOException">They could not be written; the records are not settled.</exception>
    ValueTask AddAsync(string component, DeliverySegment segment, string reason, int attempts, CancellationToken cancellationToken);
}
