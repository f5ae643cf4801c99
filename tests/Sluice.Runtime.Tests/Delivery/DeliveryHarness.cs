using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Health;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Delivery;

/// <summary>An exporter's delivery between a journal in memory and a scripted destination, with manual time.</summary>
internal sealed class DeliveryHarness : IAsyncDisposable
{
    private readonly Dictionary<JournalTopic, Signal> _pipelines;
    private readonly bool _manual;

    public DeliveryHarness(
        DeliveryOrder order = DeliveryOrder.None, JournalOptions? journal = null, TimeProvider? time = null, params string[] pipelines)
    {
        _manual = time is null;
        Bench = new ComponentWorkbench(time, journal);
        Exporter = new ScriptedExporter { Order = order };
        var names = pipelines.Length > 0 ? pipelines : ["logs"];
        _pipelines = names.ToDictionary(Bench.Journal.OpenTopic, SignalOf);
    }

    public ComponentWorkbench Bench { get; }

    public ScriptedExporter Exporter { get; }

    public CollectedDeadLetters DeadLetters { get; } = new();

    public DeliveryOptions Options { get; set; } = Deliver();

    public long Window { get; set; } = 8 << 20;

    public ExporterDelivery Delivery { get; private set; } = null!;

    public ComponentContext Context { get; private set; } = null!;

    public HealthReport Health => Context.Health.Report;

    /// <summary>Timers that are armed: the limits of attempts under way, and waits.</summary>
    public int ArmedTimers => ((ManualTimeProvider)Bench.Time).ArmedTimers;

    /// <summary>Batches of any size go at once; one worker; waits of one second without jitter.</summary>
    public static DeliveryOptions Deliver(BatchOptions? batch = null, int workers = 1, RetryOptions? retry = null) => new()
    {
        SendingQueue = new SendingQueueOptions { NumConsumers = workers, Batch = batch ?? new BatchOptions { MinSize = 0 } },
        Retry = retry ?? new RetryOptions { InitialInterval = TimeSpan.FromSeconds(1), RandomizationFactor = 0, Multiplier = 1 },
    };

    /// <summary>
    /// Batches that go only when they are full: for tests that let the clock run, which must not flush what the reader has not gathered yet.
    /// </summary>
    public static BatchOptions Full(long size) => new() { MinSize = size, FlushTimeout = TimeSpan.FromDays(1) };

    public Task StartAsync(Action<ComponentContext>? prepare = null)
    {
        Context = Bench.Context(ComponentKind.Exporter, "scripted");
        prepare?.Invoke(Context);
        Delivery = new ExporterDelivery(Exporter, Context, _pipelines, Options, Window, Bench.Journal, DeadLetters);
        return Delivery.StartAsync(CancellationToken.None);
    }

    public async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    /// <summary>Disposes the delivery. The clock stands still: a machine that is slow leaves nothing behind.</summary>
    public async Task StopAsync()
    {
        var stopping = Delivery.DisposeAsync().AsTask();
        await WithoutTimeAsync(() => stopping.IsCompleted, "the delivery has stopped");
        await stopping;
    }

    /// <summary>Disposes the delivery with the clock running, so that it leaves behind what does not end.</summary>
    public async Task StopInTimeAsync()
    {
        var stopping = Delivery.DisposeAsync().AsTask();
        await UntilAsync(() => stopping.IsCompleted, "the delivery has stopped");
        await stopping;
    }

    /// <summary>Commits one request to a pipeline.</summary>
    public Task AppendAsync(string pipeline, params string[] names) => AppendAsync(new RequestContext { Receiver = "in" }, pipeline, names);

    /// <summary>Commits one request that came from somewhere.</summary>
    public async Task AppendAsync(RequestContext context, string pipeline, params string[] names)
    {
        var group = Bench.Journal.CreateGroup();
        group.ReceivedUnixNano = Bench.Time.GetUnixNano();
        group.SetContext(context.Encoded);
        group.BeginEntry(Bench.Journal.OpenTopic(pipeline)).Write(TestRequests.Encode(SignalOf(pipeline), names));
        group.EndEntry(names.Length);
        Assert.True((await Bench.Journal.CommitAsync(group)).Committed);
    }

    /// <summary>Commits bytes that are no request.</summary>
    public async Task AppendGarbageAsync(string pipeline, ReadOnlyMemory<byte> bytes, int records, ReadOnlyMemory<byte> context = default)
    {
        var group = Bench.Journal.CreateGroup();
        group.SetContext(context.Span);
        group.BeginEntry(Bench.Journal.OpenTopic(pipeline)).Write(bytes.Span);
        group.EndEntry(records);
        Assert.True((await Bench.Journal.CommitAsync(group)).Committed);
    }

    /// <summary>Names <c>prefix0</c> to <c>prefix(count-1)</c>.</summary>
    public static string[] Names(int count, string prefix = "r") => [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i}")];

    public ConsumerLedgerLine Ledger(string pipeline = "logs")
    {
        ConsumerLedgerLine? line = null;
        Bench.Journal.ReadTogether(() => line = Delivery.GetLedger(pipeline));
        Assert.True(line!.Balanced, line.ToString());
        return line;
    }

    /// <summary>Waits, with the clock running.</summary>
    public Task UntilAsync(Func<bool> condition, string what, TimeSpan? step = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, step);

    /// <inheritdoc cref="UntilAsync(Func{bool}, string, TimeSpan?)"/>
    public Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? step = null) => Eventually.TrueAsync(
        async () =>
        {
            if (await condition())
            {
                return true;
            }

            Advance(step ?? TimeSpan.FromMilliseconds(500));
            return false;
        },
        () => what);

    /// <summary>Waits with the clock standing still.</summary>
    public static Task WithoutTimeAsync(Func<bool> condition, string what) => Eventually.TrueAsync(condition, what);

    public Task SettledAsync(string pipeline = "logs") => UntilAsync(() => Ledger(pipeline).Pending == 0, "everything is settled");

    public void Advance(TimeSpan by)
    {
        if (_manual)
        {
            ((ManualTimeProvider)Bench.Time).Advance(by);
        }
    }

    /// <summary>Lets everything run that does not wait for the clock; then nothing more can happen.</summary>
    public async Task QuietAsync()
    {
        var before = -1;
        await Eventually.TrueAsync(
            () =>
            {
                var now = Exporter.Attempts.Count;
                var same = now == before;
                before = now;
                return same;
            },
            "the exporter is given nothing more");
    }

    public async ValueTask DisposeAsync()
    {
        if (Delivery is not null)
        {
            await StopAsync();
        }

        await Bench.DisposeAsync();
    }

    private static Signal SignalOf(string pipeline) =>
        pipeline.StartsWith("traces", StringComparison.Ordinal) ? Signal.Traces
        : pipeline.StartsWith("metrics", StringComparison.Ordinal) ? Signal.Metrics
        : Signal.Logs;
}
