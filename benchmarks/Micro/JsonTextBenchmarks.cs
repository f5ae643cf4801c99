using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Sluice.Buffers;
using Sluice.Load.Content;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Micro;

/// <summary>Time and memory for a webhook of 2 KB: checked, and written as a value of the data model. The framework's own reader is what they are compared with.</summary>
[MemoryDiagnoser]
public class JsonTextBenchmarks
{
    private readonly BufferPool _buffers = new();
    private readonly byte[] _json = new WebhookTemplate("of the benchmark", seed: 1).Body.ToArray();
    private PooledBufferWriter _output = null!;
    private OtlpRequestBuilder _builder = null!;

    [GlobalSetup]
    public void Prepare()
    {
        _output = new PooledBufferWriter(_buffers, "benchmark");
        _builder = new OtlpRequestBuilder(_output);
    }

    [GlobalCleanup]
    public void Clean()
    {
        _output.Dispose();
        _buffers.Dispose();
    }

    [Benchmark(Baseline = true)]
    public int Utf8JsonReader()
    {
        var reader = new Utf8JsonReader(_json);
        var tokens = 0;
        while (reader.Read())
        {
            tokens++;
        }

        return tokens;
    }

    [Benchmark]
    public bool FindFault() => JsonText.FindFault(_json, isLines: false) is null;

    [Benchmark]
    public int WriteValue()
    {
        _output.Clear();
        _builder.BeginResource();
        _builder.BeginScope();
        _builder.BeginRecord();
        _builder.Body();
        JsonText.WriteValue(_json, _builder);
        _builder.EndRecord();
        _builder.Finish();
        return _output.Length;
    }
}
