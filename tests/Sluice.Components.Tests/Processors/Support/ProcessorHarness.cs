using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Sluice.Buffers;
using Sluice.Configuration;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Health;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Testing.Otlp;

namespace Sluice.Components.Tests.Processors.Support;

/// <summary>Makes processors from YAML and runs requests through them, over a pool that notices leaks.</summary>
internal sealed class ProcessorHarness : IDisposable
{
    private readonly BufferPool _buffers = new(new() { Tracking = true });
    private readonly Meter _meter = new("test");
    private readonly TelemetryPool _pool;

    public ProcessorHarness() => _pool = new TelemetryPool(_buffers);

    /// <summary>Where processors make their metrics.</summary>
    public Meter Meter => _meter;

    public RequestContext Context { get; init; } = new() { Receiver = "otlp" };

    /// <summary>Binds options that must be right.</summary>
    public static object Bind(IComponentFactory factory, string yaml)
    {
        var diagnostics = new DiagnosticBag();
        var options = Bind(factory, yaml, diagnostics);
        Assert.False(diagnostics.HasErrors, DiagnosticFormatter.Format(diagnostics));
        return options;
    }

    /// <summary>Binds options that must be wrong, and gives what is said about them.</summary>
    public static string Errors(IComponentFactory factory, string yaml)
    {
        var diagnostics = new DiagnosticBag();
        Bind(factory, yaml, diagnostics);
        Assert.True(diagnostics.HasErrors);
        return DiagnosticFormatter.Format(diagnostics);
    }

    /// <summary>Binds options that are right, and gives what is said about them all the same.</summary>
    public static string Warnings(IComponentFactory factory, string yaml)
    {
        var diagnostics = new DiagnosticBag();
        Bind(factory, yaml, diagnostics);
        Assert.False(diagnostics.HasErrors, DiagnosticFormatter.Format(diagnostics));
        return DiagnosticFormatter.Format(diagnostics);
    }

    /// <summary>The options in the first example of a component's README.</summary>
    public static string ReadmeExample(IComponentFactory factory, string folder)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory!.FullName, "Pipeline.sln")))
        {
            directory = directory.Parent;
        }

        var readme = File.ReadAllText(Path.Combine(directory.FullName, "src/Sluice.Components/Processors", folder, "README.md"));
        var example = Regex.Match(readme, "```yaml\nprocessors:\n  (?<type>[a-z_]+):\n(?<options>(    .*\n)+)(service:\n(  .*\n)+)?```");
        Assert.Equal(factory.Type, example.Groups["type"].Value);
        return example.Groups["options"].Value;
    }

    public IProcessor Create(IProcessorFactory factory, string yaml, PipelineSignal signal = PipelineSignal.Logs) =>
        factory.Create(
            new ComponentContext
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
            },
            signal,
            Bind(factory, yaml));

    /// <summary>Runs a request through a processor and parses what comes out.</summary>
    public T Run<T>(IProcessor processor, Signal signal, T request)
        where T : IMessage
    {
        var bytes = request.ToByteArray();
        var buffer = _buffers.Rent(bytes.Length, "test");
        bytes.CopyTo(buffer.Span);
        using var batch = OtlpIndexer.Index(signal, buffer, 0, bytes.Length, _pool, IndexLimits.Default).Batch!;
        using var view = _pool.RentView(batch);
        using var output = new PooledBufferWriter(_buffers, "test");
        processor.Process(view, Context);
        view.WriteRequest(output);
        Assert.True(batch.Payload.SequenceEqual(bytes), "The batch changed.");
        return (T)OtlpGenerator.Parse(signal, output.WrittenSpan);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _buffers.Dispose();
    }

    private static object Bind(IComponentFactory factory, string yaml, DiagnosticBag diagnostics)
    {
        var loaded = new ConfigurationLoader().Load([ConfigSource.FromText("test.yaml", yaml)]);
        Assert.False(loaded.Diagnostics.HasErrors, DiagnosticFormatter.Format(loaded.Diagnostics));
        return OptionBinder.Bind(factory.OptionsType, loaded.Root, diagnostics, "processors::test");
    }
}
