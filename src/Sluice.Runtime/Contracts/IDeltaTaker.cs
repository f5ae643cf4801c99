namespace Sluice.Runtime.Contracts;

/// <summary>Options of an exporter that may have no place for deltas.</summary>
public interface IDeltaTaker
{
    /// <summary>Whether it delivers deltas; otherwise it settles them as undeliverable.</summary>
    bool TakesDeltas { get; }
}
