using System.Diagnostics.Metrics;
using Sluice.Runtime.Monitoring;

namespace Sluice.Runtime.Delivery;

/// <summary>What one exporter's delivery did.</summary>
internal sealed class DeliveryMetrics
{
    private static readonly string[] Outcomes = ["delivered", "duplicate", "dead_lettered", "rejected", "corrupt"];

    private readonly Counter<long> _settled;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _duration;
    private readonly KeyValuePair<string, object?> _exporter;
    private readonly SlowOperations _slow;

    public DeliveryMetrics(Meter meter, string exporter, SlowOperations slow)
    {
        _slow = slow;
        _exporter = new("exporter", exporter);
        _settled = meter.CreateCounter<long>("sluice_exporter_settled_records", "{record}", "Records settled, by outcome.");
        _failed = meter.CreateCounter<long>("sluice_exporter_failed_attempts", "{attempt}", "Attempts that settled nothing.");
        foreach (var outcome in Outcomes)
        {
            // Without a zero before it, the first record of an outcome would be no increase to Prometheus.
            _settled.Add(0, _exporter, new("outcome", outcome));
        }

        _duration = meter.CreateHistogram<double>("sluice_exporter_attempt_duration", "s", "Time of one attempt at a delivery.");
    }

    public void CountSettled(SettlementTally tally)
    {
        Count(tally.Delivered, Outcomes[0]);
        Count(tally.Duplicate, Outcomes[1]);
        Count(tally.DeadLettered, Outcomes[2]);
        Count(tally.Rejected, Outcomes[3]);
        Count(tally.Corrupt, Outcomes[4]);
    }

    public void CountFailed(DeliveryStatus status) =>
        _failed.Add(1, _exporter, new("reason", status == DeliveryStatus.Fatal ? "fatal" : "retryable"));

    /// <summary>Records an attempt that has ended.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="records">Records in its batch.</param>
    /// <param name="outcome">How it ended; null when it was cut off by a stop.</param>
    public void RecordAttempt(TimeSpan duration, int records, DeliveryOutcome? outcome)
    {
        _duration.Record(duration.TotalSeconds, _exporter);
        if (_slow.Includes(duration))
        {
            var failure = outcome is { Status: DeliveryStatus.Delivered } ? null : outcome?.Reason ?? "cut off";
            _slow.Report("deliver", duration, failure, _exporter, new("records", records), new("outcome", outcome?.Status.ToString()));
        }
    }

    private void Count(long records, string outcome)
    {
        if (records > 0)
        {
            _settled.Add(records, _exporter, new("outcome", outcome));
        }
    }
}
