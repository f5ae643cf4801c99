using System.Globalization;
using Sluice.Components.Exporters.DebugExporter;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;

namespace Sluice.Components.Tests.Exporters;

public sealed class DebugExporterTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();

    private string Output => Path.Combine(_fixture.Directory, "out.txt");

    public static TheoryData<DebugVerbosity, Signal> Kinds
    {
        get
        {
            var data = new TheoryData<DebugVerbosity, Signal>();
            foreach (var verbosity in Enum.GetValues<DebugVerbosity>())
            {
                foreach (var signal in Enum.GetValues<Signal>())
                {
                    data.Add(verbosity, signal);
                }
            }

            return data;
        }
    }

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_verbosity_prints_as_expected(DebugVerbosity verbosity, Signal signal)
    {
        await using var exporter = await StartAsync(new() { Verbosity = verbosity, UseInternalLogger = false, OutputPaths = [Output] });

        await DeliverAsync(exporter, _fixture.Segment(signal, DebugSamples.Request(signal)));

        var name = string.Create(CultureInfo.InvariantCulture, $"{verbosity}-{signal}").ToLowerInvariant();
        GoldenFile.CheckCase("tests/Sluice.Components.Tests/Exporters/Golden", name, await File.ReadAllTextAsync(Output));
    }

    [Fact]
    public async Task Runs_of_one_signal_are_one_message_and_journal_order_is_kept()
    {
        var logs = _fixture.Segment(Signal.Logs, DebugSamples.Request(Signal.Logs));
        var spans = _fixture.Segment(Signal.Traces, DebugSamples.Request(Signal.Traces));
        await using var exporter = await StartAsync(new() { UseInternalLogger = false, OutputPaths = [Output] });

        await DeliverAsync(exporter, logs, logs.Slice(0, 1), spans, logs);

        Assert.Equal(
            [
                "Logs {\"resource logs\": 3, \"log records\": 4}",
                "Traces {\"resource spans\": 1, \"spans\": 2}",
                "Logs {\"resource logs\": 2, \"log records\": 3}",
            ],
            await File.ReadAllLinesAsync(Output));
    }

    [Fact]
    public async Task By_default_it_prints_to_the_log()
    {
        await using var exporter = await StartAsync(new());

        await DeliverAsync(exporter, _fixture.Segment(Signal.Traces, DebugSamples.Request(Signal.Traces)));

        Assert.Equal(["Traces {\"resource spans\": 1, \"spans\": 2}\n"], _fixture.Log);
    }

    [Fact]
    public async Task Sampling_prints_the_first_of_each_second_and_every_nth_after()
    {
        var segment = _fixture.Segment(Signal.Traces, DebugSamples.Request(Signal.Traces));
        await using var exporter = await StartAsync(new() { SamplingInitial = 2, SamplingThereafter = 3 });

        for (var i = 0; i < 8; i++)
        {
            await DeliverAsync(exporter, segment);
        }

        Assert.Equal(4, _fixture.Log.Count);
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        await DeliverAsync(exporter, segment);
        Assert.Equal(5, _fixture.Log.Count);
    }

    [Fact]
    public async Task Without_sampling_thereafter_the_rest_of_the_second_is_silent()
    {
        var segment = _fixture.Segment(Signal.Traces, DebugSamples.Request(Signal.Traces));
        await using var exporter = await StartAsync(new() { SamplingInitial = 1, SamplingThereafter = 0 });

        await DeliverAsync(exporter, segment);
        await DeliverAsync(exporter, segment);

        Assert.Single(_fixture.Log);
    }

    [Fact]
    public async Task An_output_that_cannot_be_opened_stops_the_start()
    {
        var e = await Assert.ThrowsAsync<ComponentStartException>(
            () => StartAsync(new() { UseInternalLogger = false, OutputPaths = ["stdout", Path.Combine(_fixture.Directory, "no", "file")] }));

        Assert.StartsWith("exporters::debug::output_paths[1]: ", e.Message, StringComparison.Ordinal);
    }

    private Task<IExporter> StartAsync(DebugExporterOptions options) => _fixture.StartAsync(new DebugExporterFactory(), options);

    private static async Task DeliverAsync(IExporter exporter, params DeliverySegment[] segments)
    {
        var outcome = await exporter.DeliverAsync(ExporterFixture.Batch(segments), CancellationToken.None);
        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
    }
}
