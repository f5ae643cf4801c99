using Microsoft.Extensions.Logging;

namespace Sluice.Runtime.Health;

/// <summary>The health of one component: written by the component and its delivery, read by status pages. Changes of state are logged. Thread-safe.</summary>
public sealed partial class ComponentHealth
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile HealthReport _report;

    /// <summary>Creates a component's health, Pending.</summary>
    /// <param name="time">The clock for <see cref="HealthReport.Since"/>.</param>
    /// <param name="logger">The component's log.</param>
    public ComponentHealth(TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        _report = new HealthReport(HealthState.Pending, "", time.GetUtcNow());
    }

    /// <summary>The present state.</summary>
    public HealthReport Report => _report;

    /// <summary>Says how it is.</summary>
    /// <param name="state">The state.</param>
    /// <param name="reason">What is wrong and what would help; empty when nothing is.</param>
    public void Set(HealthState state, string reason = "")
    {
        if (_report.State == state && _report.Reason == reason)
        {
            return;
        }

        lock (_lock)
        {
            var before = _report;
            _report = new HealthReport(state, reason, before.State == state ? before.Since : _time.GetUtcNow());
            if (before.State != state)
            {
                LogChange(state is HealthState.Degraded or HealthState.Failed ? LogLevel.Warning : LogLevel.Information, state, reason);
            }
        }
    }

    [LoggerMessage(Message = "{State} {Reason}")]
    private partial void LogChange(LogLevel level, HealthState state, string reason);
}
