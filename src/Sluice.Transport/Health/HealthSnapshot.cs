using Sluice.Runtime.Contracts;

namespace Sluice.Transport.Health;

/// <summary>What the health pages tell.</summary>
/// <param name="Started">Everything is started and nothing is stopping.</param>
/// <param name="StartTime">When the instance was started.</param>
/// <param name="Components">Every component with its health.</param>
public sealed record HealthSnapshot(bool Started, DateTimeOffset StartTime, IReadOnlyList<ComponentStatus> Components)
{
    /// <summary>The snapshot of a running instance.</summary>
    public static HealthSnapshot Of(IRuntimeStatus status) => new(status.Started, status.StartTime, status.Components);
}
