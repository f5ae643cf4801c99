using Microsoft.Extensions.Logging;

namespace Sluice.Runtime.Health;

/// <summary>The health of one component: written by the component and its delivery, read by status pages. Changes of state are logged. Thread-safe.</summary>
public sealed partial class ComponentHealth
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private volatile HealthReport _report;
    private volatile Own _own;
    private string? _warning;
    private bool _isFinal;

    /// <summary>Creates a component's health, Pending.</summary>
    /// <param name="time">The clock for <see cref="HealthReport.Since"/>.</param>
    /// <param name="logger">The component's log.</param>
    public ComponentHealth(TimeProvider time, ILogger logger)
    {
        _time = time;
        _logger = logger;
        _own = new Own(HealthState.Pending, "");
        _report = new HealthReport(HealthState.Pending, "", time.GetUtcNow());
    }

    /// <summary>The present state.</summary>
    public HealthReport Report => _report;

    /// <summary>Says how it is; nothing after <see cref="FailForGood"/>.</summary>
    /// <param name="state">The state.</param>
    /// <param name="reason">What is wrong and what would help; empty when nothing is.</param>
    public void Set(HealthState state, string reason = "") => Set(state, reason, isFinal: false);

    /// <summary>Says that it has started: Healthy, unless it said during its start how it is.</summary>
    public void Started()
    {
        if (_own.State == HealthState.Pending)
        {
            Set(HealthState.Healthy);
        }
    }

    /// <summary>
    /// Says what threatens it from outside, whatever it says of itself meanwhile: with a warning it is Degraded at best.
    /// </summary>
    /// <param name="warning">What is wrong and what would come of it; null when that is over.</param>
    public void Warn(string? warning)
    {
        lock (_lock)
        {
            _warning = warning;
            Publish();
        }
    }

    /// <summary>Says that it will not work again before a restart, whatever the parts of it that still run may say.</summary>
    /// <param name="reason">What is wrong and what would help.</param>
    public void FailForGood(string reason) => Set(HealthState.Failed, reason, isFinal: true);

    private void Set(HealthState state, string reason, bool isFinal)
    {
        // Every delivery says that all is well: that must cost no lock.
        var own = _own;
        if (!isFinal && own.State == state && own.Reason == reason)
        {
            return;
        }

        lock (_lock)
        {
            if (_isFinal)
            {
                return;
            }

            _isFinal = isFinal;
            _own = new Own(state, reason);
            Publish();
        }
    }

    private void Publish()
    {
        var (state, reason) = (_own.State, _own.Reason);
        if (_warning is not null && state != HealthState.Failed)
        {
            reason = reason.Length == 0 ? _warning : $"{reason}; {_warning}";
            state = HealthState.Degraded;
        }

        var before = _report;
        if (before.State == state && before.Reason == reason)
        {
            return;
        }

        _report = new HealthReport(state, reason, before.State == state ? before.Since : _time.GetUtcNow());
        if (before.State != state)
        {
            LogChange(state is HealthState.Degraded or HealthState.Failed ? LogLevel.Warning : LogLevel.Information, state, reason);
        }
    }

    [LoggerMessage(Message = "{State} {Reason}")]
    private partial void LogChange(LogLevel level, HealthState state, string reason);

    /// <summary>What the component says of itself.</summary>
    private sealed record Own(HealthState State, string Reason);
}
