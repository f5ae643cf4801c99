using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Logs.V1;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Micro;

/// <summary>
/// Time and memory per record of the JSON formats, for a request of a hundred. Goal: 900 ns for a log record with ten attributes as a
/// line of JSON, nothing allocated.
/// </summary>
[MemoryDiagnoser]
public class JsonEncoderBenchmarks
{
    private static readonly RecordId Id = new(0x6123_4567_89ab_cdef, 0);

    private readonly BufferPool _buffers = new();
    private PooledBufferWriter _output = null!;
    private JsonLinesEncoder _encoder = null!;
    private EnvelopeBatch _batch = null!;
    private Signal _signal;
    private byte[] _json = [];

    /// <summary>What a request holds.</summary>
    public enum Content
    {
        LogsOfTenAttributes,
        Logs,
        Traces,
        Metrics,
    }

    [ParamsAllValues]
    public Content Request { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _output = new PooledBufferWriter(_buffers, "benchmark");
        _encoder = new JsonLinesEncoder(_buffers);
        (_signal, var request) = Request switch
        {
            Content.LogsOfTenAttributes => (Signal.Logs, LogsOfTenAttributes()),
            Content.Logs => (Signal.Logs, Inputs.Logs()),
            Content.Traces => (Signal.Traces, Inputs.Traces()),
            _ => (Signal.Metrics, Inputs.Metrics()),
        };
        var buffer = _buffers.Rent(request.Length, "benchmark");
        request.CopyTo(buffer.Span);
        _batch = OtlpIndexer.Index(_signal, buffer, 0, request.Length, new TelemetryPool(_buffers), IndexLimits.Default).Batch!;
        var line = JsonLines() / Inputs.Records;
        OtlpJson();
        _json = _output.WrittenSpan.ToArray();
        Console.WriteLine($"// bytes per record: {request.Length / Inputs.Records} protobuf, {line} JSON Lines, {_json.Length / Inputs.Records} OTLP-JSON");
    }

    [Benchmark(OperationsPerInvoke = Inputs.Records)]
    public int JsonLines()
    {
        _output.Clear();
        _encoder.BeginBatch(_batch);
        for (var i = 0; i < Inputs.Records; i++)
        {
            _encoder.Encode(i, Id.Plus(i), _output);
            _output.WriteByte((byte)'\n');
        }

        return _output.Length;
    }

    [Benchmark(OperationsPerInvoke = Inputs.Records)]
    public int OtlpJson()
    {
        _output.Clear();
        OtlpJsonWriter.Write(_batch, _output);
        return _output.Length;
    }

    [Benchmark(OperationsPerInvoke = Inputs.Records)]
    public int OtlpJsonToProtobuf()
    {
        _output.Clear();
        return OtlpJsonReader.TryRead(_signal, _json, _output, int.MaxValue, out var error)
            ? _output.Length
            : throw new InvalidOperationException(error.ToString());
    }

    private static byte[] LogsOfTenAttributes()
    {
        var scope = new ScopeLogs();
        var record = LogRecord.Parser.ParseFrom(Inputs.TenAttributes());
        for (var i = 0; i < Inputs.Records; i++)
        {
            scope.LogRecords.Add(record);
        }

        var resource = ExportLogsServiceRequest.Parser.ParseFrom(Inputs.Logs()).ResourceLogs[0].Resource;
        return new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { Resource = resource, ScopeLogs = { scope } } } }.ToByteArray();
    }
}
