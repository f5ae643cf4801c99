using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;

namespace Sluice.Testing.Components;

/// <summary>
/// An exporter in memory whose answers a test writes. It remembers every attempt, and of those that it answered with Delivered what was
/// delivered. Thread-safe; survives restarts, since its destination would.
/// </summary>
public sealed class ScriptedExporter : IExporter
{
    private readonly Lock _gate = new();
    private readonly List<ScriptedAttempt> _attempts = [];
    private readonly List<TestRecord> _delivered = [];
    private readonly List<ExporterStart> _starts = [];
    private int _inFlight;

    /// <summary>The answer to an attempt; Delivered at first.</summary>
    public Func<ScriptedAttempt, ValueTask<DeliveryOutcome>> Answer { get; set; } = _ => new(DeliveryOutcome.Delivered());

    /// <summary>What <see cref="StartAsync"/> does beside remembering.</summary>
    public Func<ExporterStart, ValueTask> OnStart { get; set; } = _ => ValueTask.CompletedTask;

    /// <summary>What <see cref="DisposeAsync"/> does beside counting.</summary>
    public Func<ValueTask> OnDispose { get; set; } = () => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public DeliveryOrder Order { get; init; }

    /// <summary>Every attempt so far, in the order they began.</summary>
    public IReadOnlyList<ScriptedAttempt> Attempts => Locked(() => _attempts.ToArray());

    /// <summary>Every record delivered, in order; those of <see cref="DeliveryBatch.Reject"/> and <see cref="DeliveryBatch.RetryLater"/> are not.</summary>
    public IReadOnlyList<TestRecord> Delivered => Locked(() => _delivered.ToArray());

    /// <summary>The names of <see cref="Delivered"/>.</summary>
    public IReadOnlyList<string> DeliveredNames => [.. Delivered.Select(record => record.Name)];

    /// <summary>Every start so far.</summary>
    public IReadOnlyList<ExporterStart> Starts => Locked(() => _starts.ToArray());

    /// <summary>The most attempts that were under way together.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>Attempts under way.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>How often it was disposed.</summary>
    public int Disposals { get; private set; }

    /// <summary>Answers with one outcome from now on.</summary>
    public void AnswerWith(Func<ScriptedAttempt, DeliveryOutcome> answer) => Answer = attempt => new(answer(attempt));

    /// <inheritdoc/>
    public async ValueTask StartAsync(ExporterStart start, CancellationToken cancellationToken)
    {
        Locked(() =>
        {
            _starts.Add(start);
            return 0;
        });
        await OnStart(start);
    }

    /// <inheritdoc/>
    public async ValueTask<DeliveryOutcome> DeliverAsync(DeliveryBatch batch, CancellationToken cancellationToken)
    {
        var records = TestRecord.Of(batch);
        var attempt = Locked(() =>
        {
            MostInFlight = Math.Max(MostInFlight, ++_inFlight);
            _attempts.Add(new ScriptedAttempt(_attempts.Count + 1, batch, records, cancellationToken));
            return _attempts[^1];
        });
        try
        {
            var outcome = await Answer(attempt);
            if (outcome.Status is DeliveryStatus.Delivered or DeliveryStatus.DeliveredInPart)
            {
                var rejected = batch.Rejections.Select(rejection => (rejection.Segment, rejection.Record)).Concat(batch.Later)
                    .Select(marked => batch.Segments[marked.Segment].FirstRecord.Plus(marked.Record)).ToHashSet();
                Locked(() =>
                {
                    _delivered.AddRange(records.Where(record => !rejected.Contains(record.Id)));
                    return 0;
                });
            }

            return outcome;
        }
        finally
        {
            Locked(() => --_inFlight);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Disposals++;
        await OnDispose();
    }

    private T Locked<T>(Func<T> read)
    {
        lock (_gate)
        {
            return read();
        }
    }
}
