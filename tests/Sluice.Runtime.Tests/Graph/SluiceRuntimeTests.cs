using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Graph;
using Sluice.Runtime.Health;
using Sluice.Telemetry;
using Sluice.Testing;
using Sluice.Testing.Components;

namespace Sluice.Runtime.Tests.Graph;

public sealed partial class SluiceRuntimeTests : IAsyncLifetime
{
    private const string TwoPipelines = """
        receivers: {in: {}, in/2: {}}
        processors: {drop: {}}
        exporters: {out: {batch: {min_size: 0}}, out/2: {batch: {min_size: 0}}}
        extensions: {side: {}}
        service:
          extensions: [side]
          pipelines:
            logs: {receivers: [in], processors: [drop], exporters: [out, out/2]}
            traces: {receivers: [in, in/2], exporters: [out]}
        """;

    private readonly ComponentWorkbench _bench = new(TimeProvider.System);
    private readonly TestComponents _components = new();
    private readonly CollectedDeadLetters _deadLetters = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public async Task Records_go_from_receivers_through_pipelines_to_one_instance_of_each_exporter()
    {
        await using var runtime = Create(TwoPipelines);
        await runtime.StartAsync(CancellationToken.None);
        Assert.True(runtime.Started);
        await SubmitAsync("in", Signal.Logs, "a", "drop", "b");
        await SubmitAsync("in/2", Signal.Traces, "t");
        Assert.Equal(0, await runtime.StopAsync(CancellationToken.None));

        Assert.Equal(["a", "b", "t"], _components.Exporters["out"].DeliveredNames);
        Assert.Equal(["a", "b"], _components.Exporters["out/2"].DeliveredNames);
        var logs = runtime.Ledger.Single(line => line.Pipeline == "logs");
        Assert.Equal((3, 1, 2), (logs.Accepted, logs.Filtered, logs.Committed));
        Assert.Equal([2, 2], logs.Consumers.Select(consumer => consumer.Delivered));
        Assert.All(runtime.Ledger, line => Assert.True(line.Balanced, line.ToString()));
        Assert.Equal(["out", "out/2"], runtime.Journal.Consumers.Select(consumer => consumer.Name));
    }

    [Fact]
    public async Task It_starts_from_the_back_and_stops_from_the_front()
    {
        await using (var runtime = Create(TwoPipelines))
        {
            await runtime.StartAsync(CancellationToken.None);
            Assert.Equal(["in/http", "in/2/http"], runtime.Endpoints.Select(endpoint => endpoint.Name));
            await runtime.StopAsync(CancellationToken.None);
            Assert.False(runtime.Started);
        }

        Assert.Equal(
            [
                "start side", "start out", "start out/2", "start in", "start in/2",
                "stop in", "stop in/2",
                "dispose in", "dispose in/2", "dispose out", "dispose out/2", "dispose side",
            ],
            _components.Diary);
    }

    [Fact]
    public async Task A_component_finds_the_extension_that_it_names()
    {
        await using var runtime = Create("""
            receivers: {in: {auth: side}}
            exporters: {out: }
            extensions: {side: {authenticates: true}}
            service: {extensions: [side], pipelines: {logs: {receivers: [in], exporters: [out]}}}
            """);
        var headers = new HeaderLookup("the sender", static (state, name) => name == "user" ? (string)state : null);
        var result = await _components.Authenticators["in"].AuthenticateAsync(headers, CancellationToken.None);
        Assert.Equal((true, "the sender"), (result.IsAuthenticated, result.Subject));
    }

    [Theory]
    [InlineData("out")]
    [InlineData("out/2")]
    [InlineData("side")]
    [InlineData("in/2")]
    public async Task A_start_that_fails_leaves_nothing_running(string failing)
    {
        _components.FailToStart.Add(failing);
        var runtime = Create(TwoPipelines);
        var exception = await Assert.ThrowsAsync<ComponentStartException>(() => runtime.StartAsync(CancellationToken.None));
        Assert.Equal($"{failing} cannot start", exception.Message);
        Assert.False(runtime.Started);
        await runtime.DisposeAsync();
        await runtime.DisposeAsync();
        Assert.Equal(6, _components.Diary.Count(line => line.StartsWith("dispose", StringComparison.Ordinal)) + 1);
        Assert.All(runtime.Journal.Consumers, consumer => Assert.False(consumer.IsOpen));
    }

    [Fact]
    public void A_component_that_cannot_be_created_leaves_no_consumer_open()
    {
        _components.FailToCreate.Add("in/2");
        Assert.Throws<ComponentStartException>(() => Create(TwoPipelines));
        Assert.All(_bench.Journal.GetStatus().Consumers, consumer => Assert.False(consumer.IsOpen));
    }

    [Fact]
    public async Task A_stop_reports_what_it_could_not_deliver_and_the_next_instance_delivers_it()
    {
        await using (var runtime = Create(TwoPipelines))
        {
            _components.Exporters["out/2"].AnswerWith(_ => Sluice.Runtime.Delivery.DeliveryOutcome.Retry("down"));
            await runtime.StartAsync(CancellationToken.None);
            await SubmitAsync("in", Signal.Logs, "a", "b");
            await Eventually.TrueAsync(() => _components.Exporters["out"].Delivered.Count == 2, "out has both");
            using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            Assert.Equal(2, await runtime.StopAsync(deadline.Token));
            Assert.Contains("Error: The drain ended before exporter out/2 had delivered 2 records", _bench.Log.Lines);
        }

        await using var next = Create(TwoPipelines);
        await next.StartAsync(CancellationToken.None);
        Assert.Equal(0, await next.StopAsync(CancellationToken.None));
        Assert.Equal(["a", "b"], _components.Exporters["out/2"].DeliveredNames);
        Assert.Empty(_components.Exporters["out"].Delivered);
    }

    [Fact]
    public async Task A_receiver_that_hangs_in_its_stop_is_cut_off_at_the_deadline()
    {
        _components.HangInStop.Add("in");
        await using var runtime = Create(TwoPipelines);
        await runtime.StartAsync(CancellationToken.None);
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.Equal(0, await runtime.StopAsync(deadline.Token));
        Assert.Contains("Warning: The deadline cut off requests that in had not answered yet", _bench.Log.Lines);
    }

    [Fact]
    public async Task Mapped_processors_set_batching_behind_the_journal_and_the_intake_budget()
    {
        await using var runtime = Create("""
            receivers: {in: {}}
            processors: {batching: {size: 3, limit: 4096}, batching/large: {size: 4, limit: 1000000}}
            exporters: {out: {}, out/own: {batch: {min_size: 1}}}
            service:
              pipelines:
                logs: {receivers: [in], processors: [batching], exporters: [out, out/own]}
                logs/2: {receivers: [in], processors: [batching/large], exporters: [out]}
            """);
        Assert.Equal(4096, runtime.IntakeBudget.Limit);
        await runtime.StartAsync(CancellationToken.None);
        await SubmitAsync("in", Signal.Logs, "a");
        await Eventually.TrueAsync(() => _components.Exporters["out/own"].Delivered.Count == 1, "an exporter with a batch of its own keeps it");
        Assert.Empty(_components.Exporters["out"].Attempts);
        await SubmitAsync("in", Signal.Logs, "b");
        await Eventually.TrueAsync(() => _components.Exporters["out"].Delivered.Count == 4, "the largest of the mapped sizes is reached");
    }

    [Fact]
    public async Task Components_show_their_health()
    {
        await using var runtime = Create(TwoPipelines);
        Assert.Equal(HealthState.Pending, HealthOf("in"));
        Assert.Equal(HealthState.Healthy, HealthOf("drop"));
        await runtime.StartAsync(CancellationToken.None);
        Assert.Equal(7, runtime.Components.Count);
        Assert.Equal(["exporter", "extension", "journal", "processor", "receiver"], runtime.Components.Select(component => component.Kind).Distinct().Order());
        Assert.All(runtime.Components, component => Assert.Equal(HealthState.Healthy, component.Health.State));
        Assert.Equal(["in", "in/2"], runtime.Pipelines[1].Receivers);

        HealthState HealthOf(string id) => runtime.Components.Single(component => component.Id == id).Health.State;
    }

    [Fact]
    public async Task Every_instrument_is_named_by_the_grammar()
    {
        var instruments = new List<Instrument>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter == _bench.Meter)
            {
                instruments.Add(instrument);
            }
        }
        };
        listener.Start();
        await using var runtime = Create(TwoPipelines);
        Assert.True(instruments.Count > 15);
        Assert.All(instruments, instrument => Assert.Matches(Name(), instrument.Name));
        Assert.All(instruments, instrument => Assert.Matches(Unit(), instrument.Unit));
        Assert.All(instruments, instrument => Assert.EndsWith(".", instrument.Description, StringComparison.Ordinal));
    }

    [GeneratedRegex("^sluice_(receiver|intake|journal|consumer|exporter|component|connector|pipeline|replay|dead_letter)(_[a-z0-9]+)+(?<!_seconds|_bytes|_ratio|_total)$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(s|By|1|\{[a-z]+\})$")]
    private static partial Regex Unit();

    private SluiceRuntime Create(string yaml)
    {
        var (model, said) = GraphBuilderTests.Build(yaml, _components);
        Assert.Empty(said);
        return new SluiceRuntime(model!, new RuntimeServices
        {
            Loggers = _bench.Log,
            Time = _bench.Time,
            Pool = _bench.Pool,
            Journal = _bench.Journal,
            DeadLetters = _deadLetters,
            Meter = _bench.Meter,
            DataDirectory = _bench.DataDirectory,
        });
    }

    private async Task SubmitAsync(string receiver, Signal signal, params string[] names)
    {
        var batch = TestRequests.Index(signal, TestRequests.Encode(signal, names), _bench.Pool);
        var result = await _components.Intakes[receiver].SubmitAsync(batch, new RequestContext { Receiver = receiver });
        Assert.Equal(IntakeStatus.Accepted, result.Status);
    }
}
