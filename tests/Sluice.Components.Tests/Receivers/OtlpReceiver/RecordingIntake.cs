using System.Collections.Concurrent;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;

namespace Sluice.Components.Tests.Receivers.OtlpReceiver;

/// <summary>Keeps what it is given, and answers what the test wants.</summary>
public sealed class RecordingIntake : IIntake
{
    private readonly ConcurrentQueue<(Signal Signal, byte[] Payload, int Records, RequestContext Context)> _requests = new();
    private readonly ConcurrentQueue<string> _refusals = new();

    public Func<EnvelopeBatch, IntakeResult> Answer { get; set; } = batch => IntakeResult.Accepted(batch.Rejections);

    /// <summary>Completed at once unless a test holds requests back.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public Func<Signal, bool> Takes { get; set; } = _ => true;

    public IReadOnlyCollection<(Signal Signal, byte[] Payload, int Records, RequestContext Context)> Requests => _requests;

    public IReadOnlyCollection<string> Refusals => _refusals;

    public bool Accepts(Signal signal) => Takes(signal);

    /// <summary>The receiver of this folder keeps no tables.</summary>
    public JournalTable OpenTable(string name, JournalTableOptions options) => throw new NotSupportedException(name);

    public async ValueTask<IntakeResult> SubmitAsync(EnvelopeBatch batch, RequestContext context, ReadOnlyMemory<TablePut> puts = default)
    {
        // Once it is kept, the test may hold back the next.
        var gate = Gate;
        IntakeResult answer;
        using (batch)
        {
            _requests.Enqueue((batch.Signal, batch.Payload.ToArray(), batch.Count, context));
            answer = Answer(batch);
        }

        await gate;
        return answer;
    }

    public void CountRefused(Signal signal, string reason) => _refusals.Enqueue($"{signal} {reason}");
}
