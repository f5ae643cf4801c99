using System.Diagnostics.Metrics;
using Sluice.Journal;
using Sluice.Runtime.Health;
using Sluice.Runtime.Monitoring;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Monitoring;

public sealed class JournalMetricsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly Meter _meter = new("journal metrics");
    private readonly MeterListener _listener = new();
    private readonly StatusJournal _journal = new();
    private readonly TestLog _log = new();
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);

    public JournalMetricsTests()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == _meter)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _meter.Dispose();
        _log.Dispose();
    }

    [Fact]
    public void A_scrape_asks_the_journal_once_and_the_next_one_anew()
    {
        JournalMetrics.Register(_meter, _journal, Monitor(), _time);

        Assert.Equal(0, Scrape("sluice_journal_size"));
        Assert.Equal(1, _journal.Asked);
        _journal.Status = _journal.Status with { Bytes = 5, Groups = 7 };
        Assert.Equal(5, Scrape("sluice_journal_size"));
        Assert.Equal(7, _values["sluice_journal_committed_groups"]);
        Assert.Equal(2, _journal.Asked);
    }

    [Fact]
    public void A_status_that_others_asked_for_is_not_kept_for_long()
    {
        var snapshot = new StatusSnapshot(_journal, _time);
        var (one, other) = (snapshot.ForInstrument(), snapshot.ForInstrument());
        one();
        _journal.Status = _journal.Status with { Bytes = 9 };

        Assert.Equal(0, other().Bytes);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(9, snapshot.ForInstrument()().Bytes);
    }

    [Fact]
    public async Task Every_figure_of_a_journal_on_disk_is_there()
    {
        _time.Advance(TimeSpan.FromSeconds(90));
        var now = _time.GetUnixNano();
        _journal.Status = new JournalStatus(
            "disk", 100, 1000, 1, 2, 3,
            [
                new JournalConsumerStatus("es", default, new JournalLag(11, 12, now - 1_500_000_000), 13, IsOpen: true) { LostRecords = 14 },
                new JournalConsumerStatus("idle", default, default, 0, IsOpen: false),
                new JournalConsumerStatus("gone", default, new JournalLag(21, 22, 0), 0, IsOpen: false),
            ])
        {
            Disk = Disk(),
        };
        await using var monitor = Monitor();
        JournalMetrics.Register(_meter, _journal, monitor, _time);
        Scrape("sluice_journal_size");

        Assert.Equal(
            """
            sluice_consumer_dropped_records es 13
            sluice_consumer_dropped_records gone 0
            sluice_consumer_dropped_records idle 0
            sluice_consumer_lag_age es 1.5
            sluice_consumer_lag_age gone 0
            sluice_consumer_lag_age idle 0
            sluice_consumer_lag_records es 12
            sluice_consumer_lag_records gone 22
            sluice_consumer_lag_records idle 0
            sluice_consumer_lag_size es 11
            sluice_consumer_lag_size gone 21
            sluice_consumer_lag_size idle 0
            sluice_consumer_lost_records es 14
            sluice_consumer_lost_records gone 0
            sluice_consumer_lost_records idle 0
            sluice_consumer_running es 1
            sluice_consumer_running gone 0
            sluice_consumer_running idle 0
            sluice_journal_committed_groups 1
            sluice_journal_committed_records 2
            sluice_journal_corrupt_groups 9
            sluice_journal_failed_flushes 8
            sluice_journal_limit 1000
            sluice_journal_orphans 1
            sluice_journal_read 6
            sluice_journal_read_records 7
            sluice_journal_refused_groups 3
            sluice_journal_retained 8192
            sluice_journal_segments needed 1
            sluice_journal_segments retained 2
            sluice_journal_segments spare 3
            sluice_journal_size 100
            sluice_journal_snapshot 11
            sluice_journal_torn 10
            sluice_journal_written 5
            """,
            string.Join('\n', _values.Select(pair => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{pair.Key} {pair.Value}")).Order(StringComparer.Ordinal)));
    }

    [Fact]
    public async Task The_time_to_full_is_there_while_the_lag_grows()
    {
        await using var monitor = Monitor();
        JournalMetrics.Register(_meter, _journal, monitor, _time);
        for (var lag = 0; lag <= 10; lag++)
        {
            _journal.Status = _journal.Status with { Consumers = [new JournalConsumerStatus("es", default, new JournalLag(lag, lag, 0), 0, IsOpen: true)] };
            if (lag == 0)
            {
                monitor.Start();
            }
            else
            {
                _time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal(1000, Scrape("sluice_consumer_seconds_to_full es"));
        _time.Advance(TimeSpan.FromMinutes(2));
        Scrape("sluice_consumer_lag_size es");
        Assert.DoesNotContain("sluice_consumer_seconds_to_full es", _values.Keys);
    }

    [Fact]
    public void A_journal_in_memory_has_none_of_the_figures_of_a_disk()
    {
        JournalMetrics.Register(_meter, _journal, Monitor(), _time);
        Scrape("sluice_journal_size");
        Assert.DoesNotContain("sluice_journal_written", _values.Keys);
        Assert.DoesNotContain("sluice_journal_segments needed", _values.Keys);
    }

    [Fact]
    public void Flushes_become_histograms_and_notices_log_lines()
    {
        var observer = new JournalObserver(_meter, _log);
        observer.OnFlush(3, 8192, TimeSpan.FromMilliseconds(2));
        observer.OnNotice(JournalNoticeLevel.Error, "a group is damaged");
        observer.OnNotice(JournalNoticeLevel.Warning, "the disk is slow");
        observer.OnNotice(JournalNoticeLevel.Information, "recovered");

        Assert.Equal(3, _values["sluice_journal_flush_groups"]);
        Assert.Equal(8192, _values["sluice_journal_flush_size"]);
        Assert.Equal(0.002, _values["sluice_journal_flush_duration"]);
        Assert.Equal(["Error: a group is damaged", "Warning: the disk is slow", "Information: recovered"], _log.Lines);
    }

    internal static JournalDiskStatus Disk() => new()
    {
        Directory = "somewhere",
        SegmentSize = 4096,
        NeededSegments = 1,
        RetainedSegments = 2,
        SpareSegments = 3,
        WrittenBytes = 5,
        ReadBytes = 6,
        ReadRecords = 7,
        Flushes = 4,
        FailedFlushes = 8,
        CorruptGroups = 9,
        TornBytes = 10,
        SnapshotBytes = 11,
    };

    private JournalMonitor Monitor() => new(_journal, new ComponentHealth(_time, _log), _time);

    private double Scrape(string name)
    {
        _values.Clear();
        _listener.RecordObservableInstruments();
        return _values[name];
    }

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        _values.Add(tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}", value);
}
