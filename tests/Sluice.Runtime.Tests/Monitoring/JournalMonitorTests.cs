using Sluice.Journal;
using Sluice.Runtime.Health;
using Sluice.Runtime.Monitoring;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Monitoring;

public sealed class JournalMonitorTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualTimeProvider _time = new();
    private readonly TestLog _log = new();
    private readonly StatusJournal _journal = new();
    private readonly ComponentHealth _health;
    private readonly ComponentHealth _exporter;
    private readonly JournalMonitor _monitor;

    public JournalMonitorTests()
    {
        _health = new ComponentHealth(_time, _log);
        _exporter = new ComponentHealth(_time, _log);
        _exporter.Set(HealthState.Healthy);
        _monitor = new JournalMonitor(_journal, _health, _time);
    }

    public async ValueTask DisposeAsync()
    {
        await _monitor.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public void A_journal_without_problems_is_healthy_from_the_start_on()
    {
        Assert.Equal(HealthState.Pending, _health.Report.State);
        _monitor.Start();
        Assert.Equal((HealthState.Healthy, ""), (_health.Report.State, _health.Report.Reason));
    }

    [Fact]
    public void A_problem_of_the_journal_degrades_it_until_it_is_over()
    {
        _monitor.Start();
        _journal.Status = _journal.Status with { Problem = "the last flush took 3 s" };
        _time.Advance(Second);
        Assert.Equal((HealthState.Degraded, "the last flush took 3 s"), (_health.Report.State, _health.Report.Reason));

        _journal.Status = _journal.Status with { Problem = null };
        _time.Advance(Second);
        Assert.Equal((HealthState.Healthy, ""), (_health.Report.State, _health.Report.Reason));
    }

    [Fact]
    public void A_journal_that_is_nearly_full_is_degraded_and_says_who_holds_the_space()
    {
        Holds(bytes: 799, lag: 700);
        _monitor.Start();
        Assert.Equal(HealthState.Healthy, _health.Report.State);

        Holds(bytes: 800, lag: 700);
        _time.Advance(Second);
        Assert.Equal(HealthState.Degraded, _health.Report.State);
        Assert.Equal("holds 800 bytes, 80 %, of its max_size; es lags most, with 700 bytes; at the limit requests are refused", _health.Report.Reason);

        // It sways below the threshold without a change of state, and is well again when there is room.
        Holds(bytes: 760, lag: 700);
        _time.Advance(Second);
        Assert.Equal(HealthState.Degraded, _health.Report.State);
        Holds(bytes: 749, lag: 700);
        _time.Advance(Second);
        Assert.Equal((HealthState.Healthy, ""), (_health.Report.State, _health.Report.Reason));
    }

    [Theory]
    [InlineData(250, 499, 500)]
    [InlineData(125, 749, 750)]
    [InlineData(10, 799, 800)]
    public void A_journal_of_few_files_is_nearly_full_when_two_of_them_are_left(long segment, long well, long nearlyFull)
    {
        _journal.Status = _journal.Status with { Disk = JournalMetricsTests.Disk() with { SegmentSize = segment } };
        Holds(well, lag: 1);
        _monitor.Start();
        Assert.Equal(HealthState.Healthy, _health.Report.State);

        Holds(nearlyFull, lag: 1);
        _time.Advance(Second);
        Assert.Equal(HealthState.Degraded, _health.Report.State);
    }

    [Fact]
    public void A_consumer_that_is_not_running_is_named_as_such()
    {
        Holds(bytes: 900, lag: 850, isOpen: false);
        _monitor.Start();
        Assert.Contains("es, which is not running, lags most", _health.Report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Space_and_disk_are_both_told_of()
    {
        Holds(bytes: 900, lag: 850);
        _journal.Status = _journal.Status with { Problem = "the disk is slow" };
        _monitor.Start();
        Assert.StartsWith("the disk is slow; holds 900 bytes", _health.Report.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(OnFull.Reject, "requests routed to it are refused")]
    [InlineData(OnFull.DropOldest, "its oldest records are dropped")]
    public void A_consumer_near_its_max_lag_degrades_its_exporter_alone(OnFull onFull, string consequence)
    {
        _monitor.Watch("es", maxLag: 100, onFull, _exporter);
        Holds(bytes: 100, lag: 79);
        _monitor.Start();
        Assert.Equal(HealthState.Healthy, _exporter.Report.State);

        Holds(bytes: 100, lag: 85);
        _time.Advance(Second);
        Assert.Equal(HealthState.Degraded, _exporter.Report.State);
        Assert.Equal($"lags 85 bytes, 85 %, of its max_lag; at the limit {consequence}", _exporter.Report.Reason);
        Assert.Equal(HealthState.Healthy, _health.Report.State);

        // What the exporter says of itself meanwhile does not take the warning back.
        _exporter.Set(HealthState.Healthy);
        Assert.Equal(HealthState.Degraded, _exporter.Report.State);

        Holds(bytes: 100, lag: 10);
        _time.Advance(Second);
        Assert.Equal((HealthState.Healthy, ""), (_exporter.Report.State, _exporter.Report.Reason));
    }

    [Fact]
    public void The_time_to_full_is_what_is_left_over_the_growth_of_the_last_minute()
    {
        Holds(bytes: 100, lag: 100);
        _monitor.Start();
        Grow(seconds: 60, bytes: 2);

        // 220 bytes after a minute at 2 bytes a second: 780 are left.
        Assert.Equal(390, _monitor.Outlook("es").SecondsToFull!.Value, 6);

        // What was before the last minute does not count.
        Grow(seconds: 60, bytes: 5);
        Assert.Equal((1000 - 520) / 5.0, _monitor.Outlook("es").SecondsToFull!.Value, 6);
    }

    [Fact]
    public void The_time_to_full_heeds_the_max_lag_if_that_is_reached_first()
    {
        _monitor.Watch("es", maxLag: 300, OnFull.Reject, _exporter);
        Holds(bytes: 100, lag: 100);
        _monitor.Start();
        Grow(seconds: 10, bytes: 1);

        Assert.Equal(new ConsumerOutlook(300, 190), _monitor.Outlook("es"));
    }

    [Fact]
    public void The_journal_fills_as_fast_as_its_files_grow_and_not_only_as_the_lag_does()
    {
        Holds(bytes: 100, lag: 100);
        _monitor.Start();
        for (var i = 1; i <= 10; i++)
        {
            Holds(bytes: 100 + (20 * i), lag: 100 + i);
            _time.Advance(Second);
        }

        Assert.Equal((1000 - 300) / 20.0, _monitor.Outlook("es").SecondsToFull!.Value, 6);
    }

    [Fact]
    public void There_is_no_time_to_full_for_a_lag_that_does_not_grow_or_is_not_known_for_long_enough()
    {
        Holds(bytes: 500, lag: 500);
        _monitor.Start();
        Grow(seconds: 4, bytes: 10);
        Assert.Null(_monitor.Outlook("es").SecondsToFull);

        Grow(seconds: 1, bytes: 10);
        Assert.NotNull(_monitor.Outlook("es").SecondsToFull);

        Grow(seconds: 60, bytes: -1);
        Assert.Null(_monitor.Outlook("es").SecondsToFull);
        Assert.Equal(new ConsumerOutlook(null, null), _monitor.Outlook("nobody"));
    }

    [Fact]
    public void A_consumer_that_comes_back_has_no_past()
    {
        Holds(bytes: 100, lag: 100);
        _monitor.Start();
        Grow(seconds: 10, bytes: 1);
        _journal.Status = _journal.Status with { Consumers = [] };
        _time.Advance(Second);
        Assert.Null(_monitor.Outlook("es").SecondsToFull);

        Holds(bytes: 500, lag: 500);
        _time.Advance(Second);
        Assert.Null(_monitor.Outlook("es").SecondsToFull);
    }

    [Fact]
    public async Task Disposed_it_asks_no_more()
    {
        _monitor.Start();
        await _monitor.DisposeAsync();
        var asked = _journal.Asked;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(asked, _journal.Asked);
    }

    private void Holds(long bytes, long lag, bool isOpen = true) => _journal.Status = _journal.Status with
    {
        Bytes = bytes,
        Consumers = [new JournalConsumerStatus("es", default, new JournalLag(lag, 1, 1), 0, isOpen)],
    };

    private void Grow(int seconds, long bytes)
    {
        for (var i = 0; i < seconds; i++)
        {
            Holds(_journal.Status.Bytes + bytes, _journal.Status.Consumers[0].Lag.Bytes + bytes);
            _time.Advance(Second);
        }
    }
}
