using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.DeadLetters;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Graph;
using Sluice.Runtime.Ledger;
using Sluice.Runtime.Replay;
using Sluice.Runtime.Tests.Graph;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Replay;

/// <summary>
/// A runtime with the scripted exporters <c>out</c> and <c>keep</c>, dead letters on disk and manual time. <c>keep</c> delivers nothing at
/// first, so that the journal in memory holds everything.
/// </summary>
internal sealed class ReplayHarness : IAsyncDisposable
{
    private const string Graph = """
        receivers: {in: {}}
        exporters: {out: {batch: {min_size: 0}}, out/keep: {batch: {min_size: 0}}}
        service:
          journal: {max_group_size: 1MiB, consumer_window: 2MiB}
          pipelines:
            logs: {receivers: [in], exporters: [out, out/keep]}
            traces: {receivers: [in], exporters: [out, out/keep]}
        """;

    private readonly BufferPool _buffers = new();
    private readonly List<TestRecord> _deliveredBefore = [];
    private volatile bool _keeps = true;

    public ReplayHarness(JournalOptions? journal = null)
    {
        Bench = new ComponentWorkbench(null, journal);
        DeadLetters = new FailingDeadLetters(new DeadLetterLog(
            new DeadLetterOptions { Directory = Path.Combine(Bench.DataDirectory, "dead-letters") }, _buffers, Bench.Time, Bench.Log));
    }

    public ComponentWorkbench Bench { get; }

    public FailingDeadLetters DeadLetters { get; }

    public SluiceRuntime Runtime { get; private set; } = null!;

    public TestComponents Components { get; private set; } = new();

    public IReplays Replays => Runtime.Replays;

    public long Now => Bench.Time.GetUnixNano();

    /// <summary>What <c>out</c> answers.</summary>
    public Func<ScriptedAttempt, DeliveryOutcome> Answer { get; set; } = _ => DeliveryOutcome.Delivered();

    /// <summary>What was delivered to <c>out</c>, over all starts.</summary>
    public IReadOnlyList<TestRecord> Delivered => [.. _deliveredBefore, .. Out.Delivered];

    public IReadOnlyList<string> DeliveredNames => [.. Delivered.Select(record => record.Name)];

    public ScriptedExporter Out => Components.Exporters["out"];

    public IReadOnlyList<DeadLetter> Letters => [.. DeadLetters.Read()];

    public async Task StartAsync(string graph = Graph)
    {
        Components = new TestComponents();
        var (model, said) = GraphBuilderTests.Build(graph, Components);
        Assert.Empty(said);
        Runtime = new SluiceRuntime(model!, new RuntimeServices
        {
            Loggers = Bench.Log,
            Time = Bench.Time,
            Pool = Bench.Pool,
            Journal = Bench.Journal,
            DeadLetters = DeadLetters,
            Meter = Bench.Meter,
            DataDirectory = Bench.DataDirectory,
        });
        foreach (var (id, exporter) in Components.Exporters)
        {
            exporter.AnswerWith(attempt => id == "out" ? Answer(attempt) : _keeps ? DeliveryOutcome.Retry("it keeps") : DeliveryOutcome.Delivered());
        }

        await Runtime.StartAsync(CancellationToken.None);
    }

    public async Task RestartAsync(string graph = Graph)
    {
        await StopAsync();
        await StartAsync(graph);
    }

    /// <summary>Ends the runtime with the clock standing still: a machine that is slow leaves nothing behind. The journal stays, as one on disk would.</summary>
    public async Task StopAsync()
    {
        var stopping = Runtime.DisposeAsync().AsTask();
        await Eventually.TrueAsync(() => stopping.IsCompleted, "the runtime has stopped");
        await stopping;
        if (Components.Exporters.TryGetValue("out", out var before))
        {
            _deliveredBefore.AddRange(before.Delivered);
        }
    }

    /// <summary>Lets <c>keep</c> deliver what it has kept.</summary>
    public void LetGo() => _keeps = false;

    public async Task SubmitAsync(Signal signal, params string[] names)
    {
        var batch = TestRequests.Index(signal, TestRequests.Encode(signal, names), Bench.Pool);
        var result = await Components.Intakes["in"].SubmitAsync(batch, new RequestContext { Receiver = "in", Peer = "peer" });
        Assert.Equal((IntakeStatus.Accepted, null), (result.Status, result.Reason));
    }

    /// <summary>Submits one record per request, each of about the size, and waits until all are delivered.</summary>
    public async Task SubmitLargeAsync(int count, int size)
    {
        for (var i = 0; i < count; i++)
        {
            await SubmitAsync(Signal.Logs, $"{i:D4}".PadRight(size, '.'));
        }

        await UntilAsync(() => Delivered.Count == count, "all are delivered");
    }

    public void Advance(TimeSpan by) => ((ManualTimeProvider)Bench.Time).Advance(by);

    /// <summary>Waits, with the clock running.</summary>
    public Task UntilAsync(Func<bool> condition, string what) => Eventually.TrueAsync(
        () =>
        {
            var holds = condition();
            if (!holds)
            {
                Advance(TimeSpan.FromMilliseconds(100));
            }

            return Task.FromResult(holds);
        },
        () => $"{what}; {string.Join(", ", Replays.List())}; {string.Join(", ", Runtime.ReplayLedger)}; {string.Join(", ", Bench.Log.Lines)}");

    /// <summary>Waits until a replay has ended and everything replayed is settled.</summary>
    public async Task<ReplayJob> EndedAsync(string id)
    {
        await UntilAsync(() => Replays.Find(id) is { Job.State: not ReplayState.Running, PendingRecords: 0 }, "the replay ends");
        return Replays.Find(id)!.Job;
    }

    /// <summary>The names of all consumers that the journal knows.</summary>
    public IEnumerable<string> Consumers => Bench.Journal.GetStatus().Consumers.Select(consumer => consumer.Name);

    /// <summary>The accounts of <c>out</c> for replays, which must balance, as all others must.</summary>
    public ConsumerLedgerLine Ledger()
    {
        Assert.All(Runtime.Ledger, line => Assert.True(line.Balanced, line.ToString()));
        Assert.All(Runtime.ReplayLedger, line => Assert.True(line.Balanced, line.ToString()));
        return Runtime.ReplayLedger.Single(line => line.Exporter == "out");
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await DeadLetters.DisposeAsync();
        await Bench.DisposeAsync();
        _buffers.Dispose();
    }
}
