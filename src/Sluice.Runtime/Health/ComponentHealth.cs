namespace Sluice.Runtime.Health;

/// <summary>The health of one component: written by the component and its delivery, read by status pages. Thread-safe.</summary>
public sealed class ComponentHealth(string component, TimeProvider time)
{
    private volatile HealthReport _report = new(HealthState.Pending, "", time.GetUtcNow());

    /// <summary>Kind and id of the component.</summary>
    public string Component { get; } = component;

    /// <summary>The present state.</summary>
    public HealthReport Report => _report;

    /// <summary>Says how it is.</summary>
    /// <param name="state">The state.</param>
    /// <param name="reason">What is wrong and what would help; empty when nothing is.</param>
    /// <returns>True when that is a change.</returns>
    public bool Set(HealthState state, string reason = "")
    {
        var before = _report;
        if (before.State == state && before.Reason == reason)
        {
            return false;
        }

        _report = new HealthReport(state, reason, before.State == state ? before.Since : time.GetUtcNow());
        return before.State != state;
    }
}
