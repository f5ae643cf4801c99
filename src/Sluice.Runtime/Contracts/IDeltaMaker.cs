namespace Sluice.Runtime.Contracts;

/// <summary>Options of a connector that makes metrics which may be deltas.</summary>
public interface IDeltaMaker
{
    /// <summary>Whether they are deltas; otherwise they are cumulative.</summary>
    bool MakesDeltas { get; }
}
