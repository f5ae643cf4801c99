using Sluice.Buffers;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Testing.Components;
using Sluice.Testing.Otlp;
using Google.Protobuf;
using Xunit;

namespace Sluice.Testing.Compliance;

/// <summary>What every stateless processor must do, whatever it edits: derive a test class from it for each.</summary>
public abstract class ProcessorCompliance
{
    private const int Requests = 100;

    private static readonly RequestContext Request = new() { Receiver = "test" };

    /// <summary>The factory of the processor.</summary>
    protected abstract IProcessorFactory Factory { get; }

    /// <summary>Options that make it do something.</summary>
    protected abstract object CreateOptions();

    /// <summary>The factory says what it is.</summary>
    [Fact]
    public void The_factory_describes_itself()
    {
        Assert.Equal(ComponentKind.Processor, Factory.Kind);
        Assert.EndsWith(".", Factory.Summary, StringComparison.Ordinal);
        Assert.NotEmpty(Factory.Signals);
    }

    /// <summary>What it makes of any valid request is a valid request again, with as many records as the view says, and all memory comes back.</summary>
    [Fact]
    public async Task What_it_makes_of_any_request_is_valid_and_counted()
    {
        await using var bench = new ComponentWorkbench();
        foreach (var pipeline in Factory.Signals)
        {
            var processor = Create(bench, pipeline);
            for (var number = 0; number < Requests; number++)
            {
                var (count, written) = Run(bench, processor, pipeline.ToSignal(), number);
                using var again = TestRequests.Index(pipeline.ToSignal(), written, bench.Pool);
                Assert.Equal((count, 0), (again.Count, again.Rejections.Records));
            }
        }

        Assert.Equal(0, bench.RentedBuffers);
    }

    /// <summary>The batch, which other pipelines see, stays as it came.</summary>
    [Fact]
    public async Task The_batch_itself_is_never_changed()
    {
        await using var bench = new ComponentWorkbench();
        foreach (var pipeline in Factory.Signals)
        {
            var processor = Create(bench, pipeline);
            for (var number = 0; number < Requests; number++)
            {
                var request = Generate(pipeline.ToSignal(), number);
                using var batch = TestRequests.Index(pipeline.ToSignal(), request, bench.Pool);
                var envelopes = batch.Envelopes.ToArray();
                using var view = bench.Pool.RentView(batch);
                processor.Process(view, Request);
                Assert.Equal(request, batch.Payload.ToArray());
                Assert.Equal(envelopes, batch.Envelopes.ToArray());
            }
        }
    }

    /// <summary>Many threads run the one instance at once, and each gets what it would get alone.</summary>
    [Fact]
    public async Task It_gives_the_same_on_many_threads_at_once()
    {
        await using var bench = new ComponentWorkbench();
        foreach (var pipeline in Factory.Signals)
        {
            var alone = Enumerable.Range(0, Requests).Select(number => Run(bench, Create(bench, pipeline), pipeline.ToSignal(), number).Written).ToArray();
            var shared = Create(bench, pipeline);
            Parallel.For(0, Requests * 4, number =>
                Assert.Equal(alone[number % Requests], Run(bench, shared, pipeline.ToSignal(), number % Requests).Written));
        }
    }

    private static byte[] Generate(Signal signal, int number) => new OtlpGenerator(number).Request(signal).ToByteArray();

    private static (int Count, byte[] Written) Run(ComponentWorkbench bench, IProcessor processor, Signal signal, int number)
    {
        using var batch = TestRequests.Index(signal, Generate(signal, number), bench.Pool);
        using var view = bench.Pool.RentView(batch);
        processor.Process(view, Request);
        using var output = new PooledBufferWriter(bench.Pool.Buffers, "compliance");
        view.WriteRequest(output);
        return (view.Count, output.WrittenSpan.ToArray());
    }

    private IProcessor Create(ComponentWorkbench bench, PipelineSignal signal) =>
        Factory.Create(bench.Context(ComponentKind.Processor, Factory.Type), signal, CreateOptions());
}
