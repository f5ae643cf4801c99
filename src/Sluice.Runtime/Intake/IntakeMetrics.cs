using System.Diagnostics.Metrics;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Monitoring;
using Sluice.Telemetry;

namespace Sluice.Runtime.Intake;

/// <summary>What one receiver took and refused.</summary>
public sealed class IntakeMetrics
{
    private static readonly string[] SignalNames = ["logs", "traces", "metrics"];

    private readonly Counter<long> _accepted;
    private readonly Counter<long> _rejected;
    private readonly Counter<long> _refused;
    private readonly KeyValuePair<string, object?> _receiver;
    private readonly SlowOperations _slow;

    /// <summary>Makes the instruments.</summary>
    /// <param name="meter">Where.</param>
    /// <param name="receiver">The receiver's id.</param>
    /// <param name="slow">Where requests are reported whose processing and commit took long; null for nowhere.</param>
    public IntakeMetrics(Meter meter, string receiver, SlowOperations? slow = null)
    {
        _slow = slow ?? SlowOperations.None;
        _receiver = new("receiver", receiver);
        _accepted = meter.CreateCounter<long>("sluice_receiver_accepted_records", "{record}", "Records taken and durable.");
        _rejected = meter.CreateCounter<long>("sluice_receiver_rejected_records", "{record}", "Records refused by themselves in requests that were taken.");
        _refused = meter.CreateCounter<long>("sluice_receiver_refused_requests", "{request}", "Requests refused as a whole, by reason.");
    }

    internal void CountAccepted(Signal signal, int accepted, int rejected)
    {
        var tag = new KeyValuePair<string, object?>("signal", SignalNames[(int)signal]);
        _accepted.Add(accepted, _receiver, tag);
        if (rejected > 0)
        {
            _rejected.Add(rejected, _receiver, tag);
        }
    }

    /// <summary>Looks at the time that a request took from its records to its answer.</summary>
    internal void RecordRequest(TimeSpan duration, Signal signal, int records, in IntakeResult result)
    {
        if (_slow.Includes(duration))
        {
            _slow.Report(
                "commit request",
                duration,
                result.Status == IntakeStatus.Accepted ? null : result.Reason,
                _receiver,
                new("signal", SignalNames[(int)signal]),
                new("records", records),
                new("outcome", result.Status.ToString()));
        }
    }

    internal void CountRefusedRequest(Signal signal, string reason) =>
        _refused.Add(1, _receiver, new("signal", SignalNames[(int)signal]), new("reason", reason));
}
