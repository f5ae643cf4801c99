using System.Diagnostics.Metrics;
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

    /// <summary>Makes the instruments.</summary>
    public IntakeMetrics(Meter meter, string receiver)
    {
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

    internal void CountRefusedRequest(Signal signal, string reason) =>
        _refused.Add(1, _receiver, new("signal", SignalNames[(int)signal]), new("reason", reason));
}
