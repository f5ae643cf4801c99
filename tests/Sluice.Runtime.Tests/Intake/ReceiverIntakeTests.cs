using System.Text;
using Google.Protobuf;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Intake;
using Sluice.Runtime.Ledger;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Intake;

public sealed class ReceiverIntakeTests : IAsyncLifetime
{
    private static readonly RequestContext Context = new() { Receiver = "otlp", Peer = "10.0.0.1", Headers = [new("x-tenant", "blue")] };

    private readonly ComponentWorkbench _bench = new(journal: new JournalOptions { MaxSize = 4 << 20, MaxGroupSize = 1 << 20, MaxWait = TimeSpan.Zero });

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task A_request_is_one_group_over_all_its_pipelines()
    {
        using var consumer = Consumer("logs", "logs/2", "traces");
        var (first, second, traces) = (Pipeline("logs"), Pipeline("logs/2"), Pipeline("traces"));
        var intake = Intake(first, second, traces);
        Assert.True(intake.Accepts(Signal.Traces));
        Assert.False(intake.Accepts(Signal.Metrics));

        Assert.Equal(IntakeStatus.Accepted, (await intake.SubmitAsync(Batch(Signal.Logs, "a", "b"), Context)).Status);

        Assert.Equal(1, _bench.Journal.GetStatus().Groups);
        Assert.Equal(["logs: a b", "logs/2: a b"], Read(consumer));
        Assert.Equal((2, 2), (first.Ledger.Accepted.Value, first.Ledger.Committed.Value));
        Assert.Equal(0, traces.Ledger.Accepted.Value);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_processor_that_throws_fails_the_request_for_every_pipeline()
    {
        using var consumer = Consumer("logs", "logs/2");
        var good = Pipeline("logs");
        var bad = Pipeline("logs/2", new ScriptedProcessor((_, _) => throw new InvalidOperationException("a defect")));
        var result = await Intake(good, bad).SubmitAsync(Batch(Signal.Logs, "a"), Context);
        Assert.Equal(IntakeStatus.Failed, result.Status);
        Assert.Equal("a processor of pipeline logs/2 failed; the log has the details", result.Reason);
        Assert.Empty(Read(consumer));
        Assert.Equal(0, good.Ledger.Accepted.Value);
        Assert.Contains(_bench.Log.Lines, line => line.StartsWith("Error: A processor of pipeline logs/2 failed", StringComparison.Ordinal));
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task Edits_above_the_limit_of_a_view_make_the_request_too_large()
    {
        var pool = new TelemetryPool(_bench.Pool.Buffers) { SlabLimit = 1000 };
        var pipeline = Pipeline("logs", new ScriptedProcessor((view, _) => view.ReplaceRecord(0, new LogRecord { Body = new() { StringValue = new string('x', 2000) } }.ToByteArray())));
        var intake = Intake(pool, pipeline);
        var result = await intake.SubmitAsync(TestRequests.Index(Signal.Logs, TestRequests.Encode(Signal.Logs, "a"), pool), Context);
        Assert.Equal(IntakeStatus.TooLarge, result.Status);
        Assert.Contains("limit of 1000", result.Reason, StringComparison.Ordinal);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task An_invalid_edit_is_our_failure_and_not_the_sender_s()
    {
        var pipeline = Pipeline("logs", new ScriptedProcessor((view, _) => view.ReplaceRecord(0, [0xFF])));
        Assert.Equal(IntakeStatus.Failed, (await Intake(pipeline).SubmitAsync(Batch(Signal.Logs, "a"), Context)).Status);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task Removed_records_are_booked_by_kind_and_rejected_ones_too()
    {
        using var consumer = Consumer("logs");
        var pipeline = Pipeline(
            "logs",
            new ScriptedProcessor((view, _) => view.RemoveWhere(0, static (int _, in RecordView record) => TestRequests.NameOf(record) == "filter")),
            new ScriptedProcessor((view, _) => view.RemoveWhere(0, static (int _, in RecordView record) => TestRequests.NameOf(record) == "sample"), DropKind.SampledOut));
        var invalid = new LogRecord { Body = new() { StringValue = "bad id" }, TraceId = Google.Protobuf.ByteString.CopyFrom(1, 2, 3) };
        LogRecord[] records = [.. ((string[])["filter", "keep", "sample", "sample"]).Select(name => new LogRecord { Body = new() { StringValue = name } }), invalid];
        var batch = TestRequests.Index(Signal.Logs, TestRequests.Logs(records), _bench.Pool);
        Assert.Equal(1, batch.Rejections.Records);

        var result = await Intake(pipeline).SubmitAsync(batch, Context);
        Assert.Equal(1, result.Rejections.Records);
        var ledger = pipeline.Ledger;
        Assert.Equal(
            (5, 1, 2, 1, 1),
            (ledger.Accepted.Value, ledger.Filtered.Value, ledger.SampledOut.Value, ledger.Rejected.Value, ledger.Committed.Value));
        Assert.Equal(["logs: keep"], Read(consumer));
    }

    [Fact]
    public async Task Events_pipelines_take_only_log_records_with_an_event_name()
    {
        using var consumer = Consumer("logs", "events");
        var events = Pipeline("events");
        LogRecord[] records =
        [
            new() { Body = new() { StringValue = "plain" } },
            new() { Body = new() { StringValue = "event" }, EventName = "order.placed" },
        ];
        await Intake(Pipeline("logs"), events).SubmitAsync(TestRequests.Index(Signal.Logs, TestRequests.Logs(records), _bench.Pool), Context);
        Assert.Equal(["logs: plain event", "events: event"], Read(consumer));
        Assert.Equal((1, 1), (events.Ledger.Accepted.Value, events.Ledger.Committed.Value));
    }

    [Fact]
    public async Task A_request_whose_records_are_all_removed_is_accepted_and_booked()
    {
        using var consumer = Consumer("logs");
        var pipeline = Pipeline("logs", new ScriptedProcessor((view, _) => view.Clear()));
        Assert.Equal(IntakeStatus.Accepted, (await Intake(pipeline).SubmitAsync(Batch(Signal.Logs, "a", "b"), Context)).Status);
        Assert.Empty(Read(consumer));
        Assert.Equal((2, 2, 0), (pipeline.Ledger.Accepted.Value, pipeline.Ledger.Filtered.Value, pipeline.Ledger.Committed.Value));
    }

    [Fact]
    public async Task Entries_of_a_table_are_durable_with_the_records_one_or_several()
    {
        var intake = Intake(Pipeline("logs"));
        var table = intake.OpenTable("seen", new JournalTableOptions());

        await intake.SubmitAsync(Batch(Signal.Logs, "a"), Context, new TablePut[] { new(table, "one"u8.ToArray(), "1"u8.ToArray()) });
        await intake.SubmitAsync(Batch(Signal.Logs, "b"), Context, new TablePut[] { new(table, "twotri"u8.ToArray(), default) { KeyLength = 3 } });

        Assert.Equal(
            ["one=1", "tri=", "two="],
            table.Snapshot().Select(entry => $"{Encoding.UTF8.GetString(entry.Key.Span)}={Encoding.UTF8.GetString(entry.Value.Span)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_context_travels_with_the_entry()
    {
        using var consumer = Consumer("logs");
        await Intake(Pipeline("logs")).SubmitAsync(Batch(Signal.Logs, "a"), Context);
        using var buffer = new PooledBufferWriter(_bench.Pool.Buffers, "test");
        Assert.True(consumer.TryRead(buffer, out var entry));
        Assert.Equal(Context.Encoded.ToArray(), buffer.WrittenSpan[..entry.ContextLength].ToArray());
        var fields = new List<string>();
        var reader = new ProtoReader(buffer.WrittenSpan[..entry.ContextLength]);
        while (reader.TryReadTag() && reader.TryReadBytes(out var value))
        {
            fields.Add($"{reader.Field}: {System.Text.Encoding.UTF8.GetString(value)}");
        }

        Assert.Equal(["1: otlp", "2: 10.0.0.1", "4: \n\bx-tenant\u0012\u0004blue"], fields);
    }

    [Fact]
    public async Task A_full_budget_is_busy_and_what_can_never_fit_is_too_large()
    {
        var budget = new ByteBudget("small", 1000);
        var intake = Intake(_bench.Pool, budget, Pipeline("logs"), Pipeline("logs/2"));
        Assert.True(budget.TryReserve(900));
        var busy = await intake.SubmitAsync(Batch(Signal.Logs, new string('x', 100)), Context);
        Assert.Equal((IntakeStatus.Busy, TimeSpan.FromSeconds(1)), (busy.Status, busy.RetryAfter));
        budget.Release(900);
        Assert.Equal(IntakeStatus.Accepted, (await intake.SubmitAsync(Batch(Signal.Logs, new string('x', 100)), Context)).Status);

        // Each pipeline gets a copy.
        var tooLarge = await intake.SubmitAsync(Batch(Signal.Logs, new string('x', 600)), Context);
        Assert.Equal(IntakeStatus.TooLarge, tooLarge.Status);
        Assert.Equal(0, budget.Used);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task Edits_that_make_the_request_longer_are_charged_too()
    {
        var budget = new ByteBudget("small", 1000);
        var pipeline = Pipeline("logs", new ScriptedProcessor((view, _) => view.ReplaceRecord(0, new LogRecord { Body = new() { StringValue = new string('x', 2000) } }.ToByteArray())));
        var intake = Intake(_bench.Pool, budget, pipeline);
        Assert.Equal(IntakeStatus.TooLarge, (await intake.SubmitAsync(Batch(Signal.Logs, "a"), Context)).Status);
        Assert.Equal(0, budget.Used);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_full_journal_is_busy_and_names_who_holds_it()
    {
        using var consumer = Consumer("logs");
        var intake = Intake(Pipeline("logs"));
        var result = IntakeResult.Accepted(default);
        for (var i = 0; i < 100 && result.Status == IntakeStatus.Accepted; i++)
        {
            result = await intake.SubmitAsync(Batch(Signal.Logs, new string('x', 100_000)), Context);
        }

        Assert.Equal(IntakeStatus.Busy, result.Status);
        Assert.Contains("consumer 'reader' lags", result.Reason, StringComparison.Ordinal);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_group_above_the_journal_s_limit_is_too_large()
    {
        Assert.Equal(IntakeStatus.TooLarge, (await Intake(Pipeline("logs")).SubmitAsync(Batch(Signal.Logs, new string('x', 2 << 20)), Context)).Status);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_closed_journal_is_closed()
    {
        var intake = Intake(Pipeline("logs"));
        await _bench.Journal.DisposeAsync();
        Assert.Equal(IntakeStatus.Closed, (await intake.SubmitAsync(Batch(Signal.Logs, "a"), Context)).Status);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_signal_that_no_pipeline_takes_is_a_defect_of_the_receiver()
    {
        var intake = Intake(Pipeline("logs"));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await intake.SubmitAsync(Batch(Signal.Traces, "a"), Context));
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task Requests_from_many_threads_are_all_booked()
    {
        using var consumer = Consumer("logs");
        var pipeline = Pipeline("logs");
        var intake = Intake(pipeline);
        await Parallel.ForAsync(0, 2000, async (i, _) =>
            Assert.Equal(IntakeStatus.Accepted, (await intake.SubmitAsync(Batch(Signal.Logs, $"a{i}", $"b{i}"), Context)).Status));
        Assert.Equal(4000, pipeline.Ledger.Committed.Value);
        Assert.Equal(4000, Read(consumer).Sum(line => line.Split(' ').Length - 1));
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_request_allocates_the_same_few_bytes_however_many_records_it_has()
    {
        const int Requests = 100;
        await using var bench = new UntrackedBench();
        var (one, thousand) = (Encode(1), Encode(1000));
        var small = Allocations.LeastOf(20, () => Submit(one));

        // An unoptimized build allocates a state machine for every asynchronous call, those of the test included.
        Assert.InRange(small, 0, 2000 * Requests);
        var limit = small + (100 * Requests);
        Assert.InRange(Allocations.Least(() => Submit(thousand), limit), 0, limit);

        static byte[] Encode(int records) => TestRequests.Encode(Signal.Logs, Enumerable.Range(0, records).Select(i => $"record {i}"));

        void Submit(byte[] bytes)
        {
            for (var i = 0; i < Requests; i++)
            {
                Assert.True(bench.SubmitAsync(bytes).AsTask().IsCompletedSuccessfully);
            }
        }
    }

    private static string[] Read(IJournalConsumer consumer)
    {
        using var buffers = new BufferPool();
        var pool = new TelemetryPool(buffers);
        using var buffer = new PooledBufferWriter(buffers, "test");
        var lines = new List<string>();
        while (consumer.TryRead(buffer, out var entry))
        {
            using var batch = TestRequests.Index(Signal.Logs, buffer.WrittenSpan[entry.ContextLength..], pool);
            var text = entry.Topic.Name + ":";
            for (var i = 0; i < batch.Count; i++)
            {
                text += " " + TestRequests.NameOf(batch.GetRecord(i));
            }

            lines.Add(text);
            buffer.Clear();
        }

        return [.. lines];
    }

    private EnvelopeBatch Batch(Signal signal, params string[] names) => TestRequests.Index(signal, TestRequests.Encode(signal, names), _bench.Pool);

    private IJournalConsumer Consumer(params string[] topics) =>
        _bench.Journal.OpenConsumer("reader", new JournalConsumerOptions { Topics = [.. topics.Select(_bench.Journal.OpenTopic)] });

    private IntakePipeline Pipeline(string id, params IProcessor[] processors) => new(
        id,
        id.Split('/')[0] switch { "events" => PipelineSignal.Events, "traces" => PipelineSignal.Traces, _ => PipelineSignal.Logs },
        _bench.Journal.OpenTopic(id),
        processors,
        new PipelineLedger(_bench.Journal, id));

    private ReceiverIntake Intake(params IntakePipeline[] pipelines) => Intake(_bench.Pool, pipelines);

    private ReceiverIntake Intake(TelemetryPool pool, params IntakePipeline[] pipelines) => Intake(pool, _bench.IntakeBudget, pipelines);

    private ReceiverIntake Intake(TelemetryPool pool, ByteBudget budget, params IntakePipeline[] pipelines) =>
        new(pipelines, _bench.Journal, pool, budget, _bench.Time, _bench.Log, new IntakeMetrics(_bench.Meter, "otlp"));

    private void AssertNothingIsHeld()
    {
        Assert.Equal(0, _bench.RentedBuffers);
        Assert.Equal(0, _bench.IntakeBudget.Used);
    }
}
