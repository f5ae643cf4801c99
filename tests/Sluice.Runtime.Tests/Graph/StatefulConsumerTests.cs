using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Runtime.Intake;
using Sluice.Runtime.Ledger;
using Sluice.Runtime.Stateful;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Graph;

public sealed class StatefulConsumerTests : IAsyncLifetime
{
    private readonly ManualTimeProvider _time = new();
    private readonly ComponentWorkbench _bench;
    private readonly IJournalConsumer _results;
    private readonly ComponentContext _context;
    private readonly long _start;

    public StatefulConsumerTests()
    {
        _bench = new ComponentWorkbench(_time);
        _results = _bench.Journal.OpenConsumer("results", new JournalConsumerOptions { Topics = [_bench.Journal.OpenTopic("logs/out")] });
        _context = _bench.Context(ComponentKind.Connector, "tally");
        _start = _time.GetUtcNow().ToUnixTimeSeconds();
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _results.Dispose();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task Time_is_that_of_the_records_until_all_are_read()
    {
        await using var consumer = Create(_bench.Journal);
        await AppendAsync("a");
        _time.Advance(TimeSpan.FromSeconds(25));
        await AppendAsync("b");
        consumer.Start();

        // The second record came after the first was due: what was counted before it is given out as of then.
        await Eventually.TrueAsync(() => Results().Contains(At("a=1", 10)), "the first is given out");
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, "it waits for the clock");
        Assert.DoesNotContain(Results(), result => result.StartsWith('b'));
        _time.Advance(TimeSpan.FromSeconds(6));
        await Eventually.TrueAsync(() => Results().Contains(At("b=1", 30)), "the second is given out when the clock says so");
        Assert.Equal([At("a=1", 10), At("b=1", 30)], Results());
    }

    [Fact]
    public async Task A_restart_goes_on_in_the_same_step_with_the_same_state()
    {
        await using (var consumer = Create(_bench.Journal))
        {
            consumer.Start();
            await AppendAsync("a", "a");
            await Eventually.TrueAsync(() => _time.ArmedTimers > 0, "it waits for the clock");
            _time.Advance(TimeSpan.FromSeconds(11));
            await Eventually.TrueAsync(() => Results().Length == 1, "it gives out");
        }

        await AppendAsync("a");
        await using var again = Create(_bench.Journal);
        again.Start();
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, "it waits for the clock");
        _time.Advance(TimeSpan.FromSeconds(10));
        await Eventually.TrueAsync(() => Results().Length == 2, "it gives out");
        Assert.Equal([At("a=2", 10), At("a=3", 20)], Results());
    }

    [Fact]
    public async Task A_restart_does_not_go_back_to_steps_that_were_passed_over()
    {
        var first = new RecordingConnector();
        await using (var consumer = Create(_bench.Journal, connector: first))
        {
            await AppendAsync("a");
            _time.Advance(TimeSpan.FromSeconds(35));
            consumer.Start();
            await Eventually.TrueAsync(() => Status().Lag.Records == 0, "the cursor moves");
        }

        await AppendAsync("b");
        var second = new RecordingConnector();
        await using var again = Create(_bench.Journal, connector: second);
        again.Start();
        await Eventually.TrueAsync(() => second.Records == 1 && _time.ArmedTimers > 0, "it reads, and waits for the clock");
        _time.Advance(TimeSpan.FromSeconds(6));
        await Eventually.TrueAsync(() => Status().Lag.Records == 0, "the cursor moves");
        Assert.Equal([_start + 10], first.Seconds);
        Assert.Equal([_start + 40], second.Seconds);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_is_followed_and_told()
    {
        var connector = new RecordingConnector();
        await using var consumer = Create(_bench.Journal, connector: connector);
        await AppendAsync("a");
        consumer.Start();
        await Eventually.TrueAsync(() => connector.Records == 1 && _time.ArmedTimers > 0, "it waits for the clock");
        _time.ShiftWallClock(TimeSpan.FromDays(-1));
        await AppendAsync("b");
        await Eventually.TrueAsync(() => _bench.Log.Lines.Any(line => line.Contains("The clock was set back", StringComparison.Ordinal)), "it notices");
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Status().Lag.Records == 0 && !connector.Seconds.IsEmpty;
            },
            "it gives out at the time that it is now");
        Assert.Equal(_start - 86_400 + 10, connector.Seconds.First());
    }

    [Fact]
    public async Task State_is_saved_in_between_so_that_the_journal_need_not_keep_what_was_read()
    {
        await using var consumer = Create(_bench.Journal, interval: 3600);
        consumer.Start();
        await AppendAsync("a");
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, "it waits");
        _time.Advance(StatefulConsumer.SaveInterval + TimeSpan.FromMilliseconds(1));
        await Eventually.TrueAsync(() => Status().Lag.Records == 0, "the cursor moves");
        Assert.Empty(Results());
        Assert.Equal(1, consumer.GetLedger("logs")!.Delivered);
        Assert.True(consumer.GetLedger("logs")!.Balanced);
    }

    [Fact]
    public async Task A_kill_between_the_parts_of_what_is_large_neither_loses_nor_doubles()
    {
        string[] names = ["a", "b", "c", "d"];
        var cut = true;
        Create(_bench.Journal).Unsubscribe();
        for (var commits = 0; cut; commits++)
        {
            await AppendAsync([.. names, .. names]);
            var journal = new CutJournal(_bench.Journal, commits);
            await using (var killed = Create(journal, maxGroupSize: 8))
            {
                killed.Start();
                await killed.DrainAsync(CancellationToken.None);
                cut = journal.WasCut;
            }

            _time.Advance(TimeSpan.FromSeconds(1));
            await using var again = Create(_bench.Journal, maxGroupSize: 8);
            again.Start();
            Assert.Equal(0, await again.DrainAsync(CancellationToken.None));
            var total = 2 * (commits + 1);
            Assert.Equal(names.Select(name => $"{name}={total}"), Results().Select(result => result[..result.IndexOf('@', StringComparison.Ordinal)]).Order(StringComparer.Ordinal));
            ForgetResults();
        }
    }

    [Fact]
    public async Task A_processor_that_fails_holds_it_up_and_says_so()
    {
        var fails = true;
        var failures = 0;
        var processor = new ScriptedProcessor((_, _) =>
        {
            if (Volatile.Read(ref fails))
            {
                Interlocked.Increment(ref failures);
                throw new InvalidOperationException("boom");
            }
        });
        await using var consumer = Create(_bench.Journal, processors: [processor]);
        consumer.Start();
        await AppendAsync("a");
        await Eventually.TrueAsync(() => _time.ArmedTimers > 0, "it waits for the clock");
        _time.Advance(TimeSpan.FromSeconds(11));
        await Eventually.TrueAsync(() => _context.Health.Report.State == HealthState.Degraded, "it is degraded");
        Assert.Contains("pipeline logs/out", _context.Health.Report.Reason, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Volatile.Read(ref failures) >= 5;
            },
            "it tries again and again");
        Assert.Single(_bench.Log.Lines, line => line.Contains("failed in a processor of pipeline logs/out", StringComparison.Ordinal));
        Volatile.Write(ref fails, false);
        await Eventually.TrueAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Results().Length == 1;
            },
            "it tries again");
        Assert.Equal([At("a=1", 10)], Results());
        await Eventually.TrueAsync(() => _context.Health.Report.State == HealthState.Healthy, "it is well again");
    }

    private string At(string tally, int seconds) => $"{tally}@{_start + seconds}";

    private JournalConsumerStatus Status() => _bench.Journal.GetStatus().Consumers.Single(consumer => consumer.Name == "tally");

    private StatefulConsumer Create(IJournal journal, int interval = 10, long maxGroupSize = 1 << 20, IReadOnlyList<IProcessor>? processors = null, IStatefulConnector? connector = null) => new(
        connector ?? new TallyConnector(TimeSpan.FromSeconds(interval)),
        _context,
        new Dictionary<JournalTopic, Signal> { [_bench.Journal.OpenTopic("logs")] = Signal.Logs },
        [new IntakePipeline("logs/out", PipelineSignal.Logs, _bench.Journal.OpenTopic("logs/out"), processors ?? [], new PipelineLedger(_bench.Journal, "logs/out"))],
        new ConnectorLedger(_bench.Journal, "tally", ["logs/out"]),
        maxGroupSize,
        journal);

    private async Task AppendAsync(params string[] names)
    {
        var group = _bench.Journal.CreateGroup();
        group.ReceivedUnixNano = UnixTime.ToNano(_time.GetUtcNow());
        group.BeginEntry(_bench.Journal.OpenTopic("logs")).Write(TestRequests.Encode(Signal.Logs, names));
        group.EndEntry(names.Length);
        Assert.True((await _bench.Journal.CommitAsync(group)).Committed);
    }

    private readonly List<string> _read = [];

    /// <summary>What came out since the last <see cref="ForgetResults"/>.</summary>
    private string[] Results()
    {
        using var buffer = new PooledBufferWriter(_bench.Pool.Buffers, "test");
        while (_results.TryRead(buffer, out var entry))
        {
            var length = buffer.Length;
            using var batch = OtlpIndexer.Index(Signal.Logs, buffer.Detach(), entry.ContextLength, length - entry.ContextLength, _bench.Pool, IndexLimits.Default).Batch!;
            for (var i = 0; i < batch.Count; i++)
            {
                _read.Add(TestRequests.NameOf(batch.GetRecord(i)));
            }
        }

        return [.. _read];
    }

    private void ForgetResults() => _read.Clear();
}
