using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Journal;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Runtime.Stateful;
using Sluice.Telemetry;
using Sluice.Testing.Components;
using Signal = Sluice.Telemetry.Signal;

namespace Sluice.Components.Tests.Connectors.Support;

/// <summary>Runs a connector with memory by hand: gives it records, lets it write, keeps its state, and starts it anew with that.</summary>
internal sealed class StatefulHarness : IAsyncDisposable
{
    private readonly IStatefulConnectorFactory _factory;
    private readonly JournalTable _state;
    private readonly StatefulOutput _output;
    private readonly int _partSize;
    private readonly List<Given> _open = [];
    private object _options;
    private long _position;

    public StatefulHarness(IStatefulConnectorFactory factory, string yaml, int partSize = int.MaxValue)
    {
        _factory = factory;
        _options = ProcessorHarness.Bind(factory, yaml);
        _state = Bench.Journal.OpenTable("state", new JournalTableOptions());
        _partSize = partSize;
        _output = new StatefulOutput(Bench.Pool, _state, partSize);
        Connector = Start();
    }

    public ComponentWorkbench Bench { get; } = new();

    public IStatefulConnector Connector { get; private set; }

    /// <summary>Entries of the state.</summary>
    public int StateCount => _state.Count;

    /// <summary>Parts of what was written last.</summary>
    public int Parts { get; private set; }

    /// <summary>Bytes of the largest part of what was written last.</summary>
    public long LargestPart { get; private set; }

    /// <summary>Gives it a request that was received at a second.</summary>
    public void Add(Signal signal, IMessage request, long second) => Add(signal, request, second, _position);

    /// <summary>Gives it a request that stands at a position.</summary>
    public void Add(Signal signal, IMessage request, long second, long position)
    {
        var end = Give(signal, request, second, position);
        _open.Add(new Given(signal, request, second, position, end));
    }

    /// <summary>Starts it anew, as after a kill, and gives it all again that no write has committed.</summary>
    public void GiveAgain()
    {
        foreach (var _ in GivingAgain())
        {
        }
    }

    /// <summary>The same with a pause behind each request, in which it may write.</summary>
    /// <returns>The position that it has reached.</returns>
    public IEnumerable<long> GivingAgain()
    {
        Restart();
        foreach (var given in _open.ToArray())
        {
            Give(given.Signal, given.Request, given.Second, given.Position);
            yield return given.End;
        }
    }

    /// <summary>Lets it write, and commits so many parts of that.</summary>
    /// <param name="second">When it gives out; null for its state alone.</param>
    /// <param name="parts">Parts that are committed, as when it is killed behind them.</param>
    /// <param name="position">How far it was given records again; absent, all.</param>
    /// <returns>What it gave out.</returns>
    public async Task<IReadOnlyList<ResourceMetrics>> WriteAsync(long? second, int parts = int.MaxValue, long? position = null)
    {
        _output.Begin(new RecordId(1, (ulong)(position ?? _position)), second * 1_000_000_000);
        Connector.Write(_output);
        Parts = _output.Parts.Count;
        LargestPart = _output.Parts.Select(part => part.Changes.Length + part.Requests.Sum(request => request.Payload.Length)).DefaultIfEmpty().Max();
        var metrics = new List<ResourceMetrics>();
        foreach (var part in _output.Parts.Take(parts))
        {
            var group = Bench.Journal.CreateGroup();
            part.Changes.WriteTo(group);
            Assert.True((await Bench.Journal.CommitAsync(group)).Committed);
            metrics.AddRange(part.Requests.SelectMany(request => ExportMetricsServiceRequest.Parser.ParseFrom(request.Payload).ResourceMetrics));
        }

        if (parts >= Parts)
        {
            _open.RemoveAll(given => given.End <= (position ?? _position));
        }

        _output.Clear();
        return metrics;
    }

    /// <summary>Starts it anew with the state that was committed; other options may be given.</summary>
    public void Restart(string? yaml = null)
    {
        (Connector as IDisposable)?.Dispose();
        _options = yaml is null ? _options : ProcessorHarness.Bind(_factory, yaml);
        Connector = Start();
    }

    public async ValueTask DisposeAsync()
    {
        (Connector as IDisposable)?.Dispose();
        _output.Dispose();
        await Bench.DisposeAsync();
    }

    public static KeyValue Attribute(string key, string value) => new() { Key = key, Value = new() { StringValue = value } };

    public static KeyValue Attribute(string key, long value) => new() { Key = key, Value = new() { IntValue = value } };

    /// <summary>A request of spans of one resource.</summary>
    public static ExportTraceServiceRequest Traces(string? service, params IEnumerable<Span> spans)
    {
        var resource = new Resource();
        if (service is not null)
        {
            resource.Attributes.Add(Attribute("service.name", service));
        }

        return new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { Resource = resource, ScopeSpans = { new ScopeSpans { Spans = { spans } } } } } };
    }

    /// <summary>A span that took so many milliseconds.</summary>
    public static Span Span(string name, double milliseconds, params IEnumerable<KeyValue> attributes) => new()
    {
        Name = name,
        TraceId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)1, 16)]),
        SpanId = ByteString.CopyFrom([.. Enumerable.Repeat((byte)2, 8)]),
        Kind = OpenTelemetry.Proto.Trace.V1.Span.Types.SpanKind.Server,
        StartTimeUnixNano = 1_000_000_000,
        EndTimeUnixNano = 1_000_000_000 + (ulong)(milliseconds * 1_000_000),
        Attributes = { attributes },
    };

    /// <summary>Attributes as text, in their order.</summary>
    public static string Text(IEnumerable<KeyValue> attributes) => string.Join(
        ' ', attributes.Select(attribute => $"{attribute.Key}={attribute.Value.ValueCase switch
        {
            OpenTelemetry.Proto.Common.V1.AnyValue.ValueOneofCase.StringValue => attribute.Value.StringValue,
            OpenTelemetry.Proto.Common.V1.AnyValue.ValueOneofCase.IntValue => attribute.Value.IntValue.ToString(System.Globalization.CultureInfo.InvariantCulture),
            OpenTelemetry.Proto.Common.V1.AnyValue.ValueOneofCase.BoolValue => attribute.Value.BoolValue ? "true" : "false",
            _ => attribute.Value.ToString(),
        }}"));

    /// <returns>The position behind it.</returns>
    private long Give(Signal signal, IMessage request, long second, long position)
    {
        using var batch = TestRequests.Index(signal, request.ToByteArray(), Bench.Pool);
        Connector.Add(new DeliverySegment(batch, 0, batch.Count, new RecordId(1, (ulong)position), Bench.Journal.OpenTopic("in"), second * 1_000_000_000));
        var end = position + batch.Count;
        _position = Math.Max(_position, end);
        return end;
    }

    private readonly record struct Given(Signal Signal, IMessage Request, long Second, long Position, long End);

    private IStatefulConnector Start()
    {
        var connector = _factory.Create(Bench.Context(ComponentKind.Connector, _factory.Type), _options);
        connector.Restore(_state, _partSize);
        return connector;
    }
}
