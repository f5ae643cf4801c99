using Sluice.Runtime.Health;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Health;

public sealed class ComponentHealthTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TestLog _log = new();
    private readonly ComponentHealth _health;

    public ComponentHealthTests() => _health = new ComponentHealth(_time, _log);

    public void Dispose() => _log.Dispose();

    [Fact]
    public void A_warning_degrades_what_is_well_and_goes_without_a_trace()
    {
        _health.Started();
        _time.Advance(TimeSpan.FromSeconds(1));
        _health.Warn("nearly full");
        Assert.Equal(new HealthReport(HealthState.Degraded, "nearly full", _time.GetUtcNow()), _health.Report);

        _time.Advance(TimeSpan.FromSeconds(1));
        _health.Warn(null);
        Assert.Equal(new HealthReport(HealthState.Healthy, "", _time.GetUtcNow()), _health.Report);
        Assert.Equal(["Information: Healthy ", "Warning: Degraded nearly full", "Information: Healthy "], _log.Lines);
    }

    [Fact]
    public void What_the_component_says_of_itself_meanwhile_shows_beside_the_warning_and_stays_behind_it()
    {
        _health.Warn("nearly full");
        _health.Started();
        Assert.Equal((HealthState.Degraded, "nearly full"), (_health.Report.State, _health.Report.Reason));
        _health.Set(HealthState.Degraded, "down");
        Assert.Equal("down; nearly full", _health.Report.Reason);
        _health.Warn(null);
        Assert.Equal((HealthState.Degraded, "down"), (_health.Report.State, _health.Report.Reason));
    }

    [Fact]
    public void No_warning_hides_a_failure()
    {
        _health.Warn("nearly full");
        _health.FailForGood("broken");
        _health.Set(HealthState.Healthy);
        _health.Warn("fuller still");
        Assert.Equal((HealthState.Failed, "broken"), (_health.Report.State, _health.Report.Reason));
    }

    [Fact]
    public void The_figures_of_a_warning_may_change_without_a_line_in_the_log()
    {
        _health.Started();
        _health.Warn("80 %");
        var since = _health.Report.Since;
        _time.Advance(TimeSpan.FromSeconds(1));
        _health.Warn("81 %");
        Assert.Equal(new HealthReport(HealthState.Degraded, "81 %", since), _health.Report);
        Assert.Equal(2, _log.Lines.Count);
    }
}
