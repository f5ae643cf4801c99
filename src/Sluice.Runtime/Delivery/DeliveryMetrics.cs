using System.Diagnostics.Metrics;

namespace Sluice.Runtime.Delivery;

/// <summary>What one exporter's delivery did.</summary>
internal sealed class DeliveryMetrics
{
    private readonly Counter<long> _settled;
    private readonly Counter<long> _failed;
    private readonly Histogram<double> _duration;
    private readonly KeyValuePair<string, object?> _exporter;

    public DeliveryMetrics(Meter meter, string exporter)
    {
        _exporter = new("exporter", exporter);
        _settled = meter.CreateCounter<long>("sluice_exporter_settled_records", "{record}", "Records settled, by outcome.");
        _failed = meter.CreateCounter<long>("sluice_exporter_failed_attempts", "{attempt}", "Attempts that settled nothing.");
        _duration = meter.CreateHistogram<double>("sluice_exporter_attempt_duration", "s", "Time of one attempt at a delivery.");
    }

    public void CountSettled(SettlementTally tally)
    {
        Count(tally.Delivered, "delivered");
        Count(tally.Duplicate, "duplicate");
        Count(tally.DeadLettered, "dead_lettered");
        Count(tally.Rejected, "rejected");
        Count(tally.Corrupt, "corrupt");
    }

    public void CountFailed(DeliveryStatus status) =>
        _failed.Add(1, _exporter, new("reason", status == DeliveryStatus.Fatal ? "fatal" : "retryable"));

    public void RecordAttempt(TimeSpan duration) => _duration.Record(duration.TotalSeconds, _exporter);

    private void Count(long records, string outcome)
    {
        if (records > 0)
        {
            _settled.Add(records, _exporter, new("outcome", outcome));
        }
    }
}
