namespace Sluice.Runtime.Health;

/// <summary>How a component is.</summary>
public enum HealthState
{
    /// <summary>Not known yet: starting, or nothing to do so far.</summary>
    Pending,

    /// <summary>Works.</summary>
    Healthy,

    /// <summary>Works badly or not at the moment; expected to recover by itself.</summary>
    Degraded,

    /// <summary>Does not work and will not without help.</summary>
    Failed,
}
