using System.Diagnostics.Metrics;
using Sluice.Journal;
using Sluice.Runtime.Replay;
using Sluice.Telemetry;

namespace Sluice.Runtime.Monitoring;

/// <summary>The metrics of a journal and its consumers: what is asked when somebody scrapes.</summary>
internal sealed class JournalMetrics
{
    private readonly Meter _meter;
    private readonly StatusSnapshot _snapshot;

    private JournalMetrics(Meter meter, StatusSnapshot snapshot)
    {
        _meter = meter;
        _snapshot = snapshot;
    }

    /// <summary>Makes the instruments.</summary>
    public static void Register(Meter meter, IJournal journal, JournalMonitor monitor, TimeProvider time)
    {
        var metrics = new JournalMetrics(meter, new StatusSnapshot(journal, time));
        metrics.RegisterJournal();
        metrics.RegisterDisk();
        metrics.RegisterConsumers(monitor, time);
    }

    private void RegisterJournal()
    {
        Gauge("size", "By", "Bytes that exporters have not settled.", status => status.Bytes);
        Gauge("limit", "By", "Bytes that the journal may hold.", status => status.MaxBytes);
        Counter("committed_groups", "{group}", "Groups committed.", status => status.Groups);
        Counter("committed_records", "{record}", "Records committed.", status => status.Records);
        Counter("refused_groups", "{group}", "Groups refused.", status => status.RefusedGroups);
        Gauge("orphans", "{consumer}", "Consumers that are not running, and that the journal still keeps data for.", status => Exporters(status).Count(consumer => consumer is { IsOpen: false, Lag.Records: > 0 }));

        void Gauge(string name, string unit, string what, Func<JournalStatus, long> value)
        {
            var read = _snapshot.ForInstrument();
            _meter.CreateObservableGauge($"sluice_journal_{name}", () => value(read()), unit, what);
        }

        void Counter(string name, string unit, string what, Func<JournalStatus, long> value)
        {
            var read = _snapshot.ForInstrument();
            _meter.CreateObservableCounter($"sluice_journal_{name}", () => value(read()), unit, what);
        }
    }

    /// <summary>What only a journal on disk has; none of it is observed in memory.</summary>
    private void RegisterDisk()
    {
        Counter("written", "By", "Bytes written to segments, padding included.", disk => disk.WrittenBytes);
        Counter("read", "By", "Bytes of entries that consumers have read.", disk => disk.ReadBytes);
        Counter("read_records", "{record}", "Records that consumers have read.", disk => disk.ReadRecords);
        Counter("failed_flushes", "{flush}", "Writes or flushes that failed.", disk => disk.FailedFlushes);
        Counter("corrupt_groups", "{group}", "Damaged groups found.", disk => disk.CorruptGroups);
        Counter("torn", "By", "Bytes that a crash had left unfinished, cut off at the start.", disk => disk.TornBytes);
        var snapshotRead = _snapshot.ForInstrument();
        _meter.CreateObservableGauge(
            "sluice_journal_snapshot", () => Disk(snapshotRead, disk => [new(disk.SnapshotBytes)]), "By", "Bytes of the newest snapshot of tables, counters and consumers.");
        var segmentsRead = _snapshot.ForInstrument();
        _meter.CreateObservableGauge(
            "sluice_journal_segments",
            () => Disk(segmentsRead, disk => [Segments("needed", disk.NeededSegments), Segments("retained", disk.RetainedSegments), Segments("spare", disk.SpareSegments)]),
            "{segment}",
            "Segment files, by what they are kept for.");
        var retainedRead = _snapshot.ForInstrument();
        _meter.CreateObservableGauge(
            "sluice_journal_retained",
            () => Disk(retainedRead, disk => [new(disk.RetainedSegments * disk.SegmentSize)]),
            "By",
            "Bytes of segment files that are kept for replay only.");

        void Counter(string name, string unit, string what, Func<JournalDiskStatus, long> value)
        {
            var read = _snapshot.ForInstrument();
            _meter.CreateObservableCounter($"sluice_journal_{name}", () => Disk(read, disk => [new(value(disk))]), unit, what);
        }

        static Measurement<long> Segments(string state, long count) => new(count, new KeyValuePair<string, object?>("state", state));
    }

    private static Measurement<long>[] Disk(Func<JournalStatus> read, Func<JournalDiskStatus, Measurement<long>[]> values) =>
        read().Disk is { } disk ? values(disk) : [];

    private void RegisterConsumers(JournalMonitor monitor, TimeProvider time)
    {
        var records = _snapshot.ForInstrument();
        _meter.CreateObservableGauge(
            "sluice_consumer_lag_records", () => Each(records, consumer => consumer.Lag.Records), "{record}", "Records not yet settled, by exporter.");
        var size = _snapshot.ForInstrument();
        _meter.CreateObservableGauge("sluice_consumer_lag_size", () => Each(size, consumer => consumer.Lag.Bytes), "By", "Bytes not yet settled, by exporter.");
        var age = _snapshot.ForInstrument();
        _meter.CreateObservableGauge(
            "sluice_consumer_lag_age",
            () =>
            {
                var now = time.GetUnixNano();
                return Each(age, consumer => consumer.Lag.AgeSeconds(now));
            },
            "s",
            "Age of the oldest record not yet settled, by exporter.");
        var full = _snapshot.ForInstrument();
        _meter.CreateObservableGauge(
            "sluice_consumer_seconds_to_full",
            () => from consumer in Exporters(full())
                  let seconds = monitor.Outlook(consumer.Name).SecondsToFull
                  where seconds is not null
                  select new Measurement<double>(seconds.Value, Exporter(consumer)),
            "s",
            "Time until its max_lag or the journal's limit is reached if its lag grows on as in the last minute, by exporter; none while it does not grow.");
        var running = _snapshot.ForInstrument();
        _meter.CreateObservableGauge(
            "sluice_consumer_running", () => Each(running, consumer => consumer.IsOpen ? 1L : 0), "{consumer}", "1 for a consumer whose exporter runs, 0 for an orphan.");
        var dropped = _snapshot.ForInstrument();
        _meter.CreateObservableCounter(
            "sluice_consumer_dropped_records", () => Each(dropped, consumer => consumer.DroppedRecords), "{record}", "Records dropped because their exporter lagged too far.");
        var lost = _snapshot.ForInstrument();
        _meter.CreateObservableCounter(
            "sluice_consumer_lost_records", () => Each(lost, consumer => consumer.LostRecords), "{record}", "Records that were gone from the journal when it was opened.");
    }

    private static IEnumerable<Measurement<T>> Each<T>(Func<JournalStatus> read, Func<JournalConsumerStatus, T> value)
        where T : struct =>
        Exporters(read()).Select(consumer => new Measurement<T>(value(consumer), Exporter(consumer)));

    /// <summary>The consumers that are exporters: those that read for replays come and go.</summary>
    private static IEnumerable<JournalConsumerStatus> Exporters(JournalStatus status) =>
        status.Consumers.Where(consumer => !ReplayTopics.IsConsumer(consumer.Name));

    private static KeyValuePair<string, object?> Exporter(JournalConsumerStatus consumer) => new("exporter", consumer.Name);
}
