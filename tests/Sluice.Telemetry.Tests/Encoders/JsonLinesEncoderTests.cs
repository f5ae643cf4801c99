using System.Text.Json.Nodes;
using Google.Protobuf;
using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Telemetry.Encoders;
using Sluice.Telemetry.Tests.Otlp;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Encoders;

public sealed partial class JsonLinesEncoderTests : IDisposable
{
    private static readonly RecordId Id = new(0x0123456789abcdef, 0xfedcba9876543210);

    private readonly Indexing _indexing = new();
    private readonly PooledBufferWriter _output;
    private readonly JsonLinesEncoder _encoder;

    public JsonLinesEncoderTests()
    {
        _output = new PooledBufferWriter(_indexing.Pool.Buffers, "JSON Lines test");
        _encoder = new JsonLinesEncoder(_indexing.Pool.Buffers);
    }

    public static TheoryData<Signal> Signals => Indexing.Signals;

    public void Dispose()
    {
        _encoder.Dispose();
        _output.Dispose();
        _indexing.Dispose();
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Generated_records_hold_every_field_and_keep_to_the_schema(Signal signal)
    {
        var schema = JsonSchema.Load("config/envelope.schema.json");
        for (var seed = 0; seed < 250; seed++)
        {
            var request = new OtlpGenerator(seed, new() { UnknownFields = seed % 2 == 0 }).Request(signal);
            using var batch = _indexing.Accept(signal, request);
            var expected = EnvelopeModel.Of(OtlpGenerator.Parse(signal, batch.Payload));
            _encoder.BeginBatch(batch);
            for (var i = 0; i < batch.Count; i++)
            {
                expected[i]["id"] = "0123456789abcdeffedcba9876543210";
                var line = Encode(i);
                var actual = JsonNode.Parse(line)!;
                Assert.True(JsonNode.DeepEquals(expected[i], actual), $"seed {seed}, record {i}\nexpected {expected[i].ToJsonString()}\nactual   {line}");
                Assert.Equal([], schema.Validate(actual));
            }
        }
    }

    private string Encode(int index)
    {
        _output.Clear();
        _output.Write("before"u8);
        _encoder.Encode(index, Id, _output);
        var text = System.Text.Encoding.UTF8.GetString(_output.WrittenSpan);
        Assert.StartsWith("before{", text, StringComparison.Ordinal);
        return text["before".Length..];
    }
}
