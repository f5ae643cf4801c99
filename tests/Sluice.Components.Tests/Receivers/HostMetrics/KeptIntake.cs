using OpenTelemetry.Proto.Collector.Metrics.V1;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Signal = Sluice.Telemetry.Signal;

namespace Sluice.Components.Tests.Receivers.HostMetrics;

/// <summary>Keeps what is submitted.</summary>
internal sealed class KeptIntake : IIntake
{
    private readonly Lock _lock = new();
    private readonly List<ExportMetricsServiceRequest> _requests = [];

    public IntakeStatus Status { get; set; } = IntakeStatus.Accepted;

    public IReadOnlyList<ExportMetricsServiceRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    public bool Accepts(Signal signal) => signal == Signal.Metrics;

    public JournalTable OpenTable(string name, JournalTableOptions options) => throw new NotSupportedException();

    public ValueTask<IntakeResult> SubmitAsync(EnvelopeBatch batch, RequestContext context, ReadOnlyMemory<TablePut> puts = default)
    {
        lock (_lock)
        {
            _requests.Add(ExportMetricsServiceRequest.Parser.ParseFrom(batch.Payload));
        }

        batch.Dispose();
        return new(new IntakeResult(Status, default, default, Status == IntakeStatus.Accepted ? null : "full"));
    }

    public void CountRefused(Signal signal, string reason)
    {
        // Nothing is refused here.
    }
}
