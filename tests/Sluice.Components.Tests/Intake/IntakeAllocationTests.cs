using System.Diagnostics.Metrics;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Buffers;
using Sluice.Components.Connectors.RoutingConnector;
using Sluice.Components.Processors.AttributesProcessor;
using Sluice.Components.Processors.ProbabilisticSamplerProcessor;
using Sluice.Components.Processors.ResourceProcessor;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Otlp;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Components.Tests.Intake;

/// <summary>What runs while a sender waits allocates nothing for a record: processors and connectors.</summary>
public sealed class IntakeAllocationTests : IDisposable
{
    private readonly BufferPool _buffers = new();
    private readonly Meter _meter = new("test");
    private readonly TelemetryPool _pool;

    public IntakeAllocationTests() => _pool = new TelemetryPool(_buffers);

    public void Dispose()
    {
        _meter.Dispose();
        _buffers.Dispose();
    }

    public static TheoryData<string, string> Processors => new()
    {
        { "probabilistic_sampler", "{sampling_percentage: 30, mode: hash_seed, hash_seed: 22}" },
        { "probabilistic_sampler", "{sampling_percentage: 30, mode: proportional}" },
        { "probabilistic_sampler", "{sampling_percentage: 30, mode: equalizing}" },
        { "attributes", "{actions: [{key: deployment.environment, value: production, action: upsert}, {key: http.method, action: delete}]}" },
        { "resource", "{attributes: [{key: k8s.cluster.name, value: north, action: insert}]}" },
    };

    [Theory]
    [MemberData(nameof(Processors))]
    public void Processors_allocate_nothing_for_a_record(string type, string yaml)
    {
        IProcessorFactory factory = type switch
        {
            "probabilistic_sampler" => new ProbabilisticSamplerProcessorFactory(),
            "attributes" => new AttributesProcessorFactory(),
            _ => new ResourceProcessorFactory(),
        };
        foreach (var signal in (Signal[])[Signal.Logs, Signal.Traces])
        {
            var processor = factory.Create(
                Context(factory), signal == Signal.Logs ? PipelineSignal.Logs : PipelineSignal.Traces, ProcessorHarness.Bind(factory, yaml));

            AssertNothingPerRecord(signal, view => processor.Process(view, Origin));
        }
    }

    [Fact]
    public void Routing_allocates_nothing_for_a_record()
    {
        IStatelessConnectorFactory factory = new RoutingConnectorFactory();
        var connector = factory.Create(
            Context(factory),
            PipelineSignal.Logs,
            ["logs/0", "logs/1"],
            ProcessorHarness.Bind(factory, """
                table:
                  - {condition: 'attributes["service.name"] == "shop"', pipelines: [logs/0]}
                  - {context: request, condition: 'request["x-tenant"] == "acme"', pipelines: [logs/1]}
                """));
        var targets = new ulong[4096];

        AssertNothingPerRecord(Signal.Logs, view => connector.Route(view, Origin, targets.AsSpan(0, view.Count)));
    }

    private static RequestContext Origin { get; } = new() { Receiver = "otlp", Headers = [new("x-tenant", "acme")] };

    private ComponentContext Context(IComponentFactory factory) => new()
    {
        Id = new ComponentId(factory.Type, ""),
        Kind = ComponentKind.Processor,
        Logger = NullLogger.Instance,
        Time = TimeProvider.System,
        Pool = _pool,
        Meter = _meter,
        Health = new ComponentHealth(TimeProvider.System, NullLogger.Instance),
        DataDirectory = "",
        IntakeBudget = new ByteBudget("test", 1),
    };

    private void AssertNothingPerRecord(Signal signal, Action<BatchView> run)
    {
        var (few, many) = (Request(signal, 20), Request(signal, 1000));
        var (fewRecords, manyRecords) = (Round(signal, few, run), Round(signal, many, run));
        Assert.True(manyRecords > fewRecords, "The larger request has more records.");

        // Pools keep what comes back with a few bytes for each; a byte for every second record is far below any object.
        var limit = Allocations.LeastOf(100, () => Round(signal, few, run)) + ((manyRecords - fewRecords) / 2);
        Assert.InRange(Allocations.Least(() => Round(signal, many, run), limit), 0, limit);
    }

    private static byte[] Request(Signal signal, int records) =>
        new OtlpGenerator(7, new OtlpGeneratorOptions { Records = records }).Request(signal).ToByteArray();

    private int Round(Signal signal, byte[] request, Action<BatchView> run)
    {
        var buffer = _buffers.Rent(request.Length, "test");
        request.CopyTo(buffer.Span);
        using var batch = OtlpIndexer.Index(signal, buffer, 0, request.Length, _pool, IndexLimits.Default).Batch!;
        using var view = _pool.RentView(batch);
        run(view);
        return batch.Count;
    }
}
