using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Intake;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Intake;

/// <summary>An intake as it ships, without the tracking pool, which allocates.</summary>
internal sealed class UntrackedBench : IAsyncDisposable
{
    private readonly BufferPool _buffers = new();
    private readonly Meter _meter = new("sluice test");
    private readonly RequestContext _context = new() { Receiver = "otlp" };
    private readonly TelemetryPool _pool;
    private readonly MemoryJournal _journal;
    private readonly ReceiverIntake _intake;

    public UntrackedBench()
    {
        _pool = new TelemetryPool(_buffers);
        _journal = new MemoryJournal(new JournalOptions(), _buffers, TimeProvider.System);
        var topic = _journal.OpenTopic("logs");
        var pipeline = new IntakePipeline("logs", PipelineSignal.Logs, topic, [], new PipelineLedger(_journal, "logs"));
        _intake = new ReceiverIntake(
            [pipeline], _journal, _pool, new ByteBudget("test", 1 << 30), TimeProvider.System, NullLogger.Instance, new IntakeMetrics(_meter, "otlp"));
    }

    public async ValueTask SubmitAsync(byte[] request)
    {
        var result = await _intake.SubmitAsync(TestRequests.Index(Signal.Logs, request, _pool), _context);
        Assert.Equal(IntakeStatus.Accepted, result.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        _meter.Dispose();
        _buffers.Dispose();
    }
}
