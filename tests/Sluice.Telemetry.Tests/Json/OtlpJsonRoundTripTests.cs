using Google.Protobuf;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Json;

public sealed class OtlpJsonRoundTripTests : IDisposable
{
    private const int Requests = 150;

    private readonly Transcoding _json = new();

    public static TheoryData<Signal> Signals => Transcoding.Signals;

    public void Dispose() => _json.Dispose();

    [Theory]
    [MemberData(nameof(Signals))]
    public void Generated_requests_written_and_read_back_are_the_same(Signal signal)
    {
        for (var seed = 0; seed < Requests; seed++)
        {
            var request = Generate(signal, seed);
            AssertSame(request, _json.Accept(signal, _json.Write(signal, request)), seed);
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void What_is_written_is_what_another_implementation_reads(Signal signal)
    {
        for (var seed = 0; seed < Requests; seed++)
        {
            var request = Generate(signal, seed);
            AssertSame(request, ProtoJsonOracle.Parse(signal, _json.Write(signal, request)), seed);
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void What_another_implementation_writes_is_read(Signal signal)
    {
        JsonFormatter[] formatters =
        [
            new(JsonFormatter.Settings.Default),
            new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithIndentation()),
            new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true)),
            new(JsonFormatter.Settings.Default.WithFormatEnumsAsIntegers(true)),
        ];
        for (var seed = 0; seed < Requests; seed++)
        {
            var request = Generate(signal, seed);
            var json = ProtoJsonOracle.Format(request, formatters[seed % formatters.Length]);
            AssertSame(request, _json.Accept(signal, json), seed);
        }
    }

    [Theory]
    [MemberData(nameof(Signals))]
    public void Fields_without_a_name_are_left_out_and_nothing_else(Signal signal)
    {
        for (var seed = 0; seed < Requests; seed++)
        {
            var request = new OtlpGenerator(seed, new() { UnknownFields = true }).Request(signal);
            var expected = ProtoJsonOracle.Parse(signal, ProtoJsonOracle.Format(request, JsonFormatter.Default));
            AssertSame(expected, _json.Accept(signal, _json.Write(signal, request)), seed);
        }
    }

    /// <summary>A request as it is after one trip over the wire: protobuf itself drops a negative zero where zero is the default.</summary>
    private static IMessage Generate(Signal signal, int seed) =>
        OtlpGenerator.Parse(signal, new OtlpGenerator(seed).Request(signal).ToByteArray());

    private static void AssertSame(IMessage expected, IMessage actual, int seed) =>
        Assert.True(expected.Equals(actual), $"seed {seed}\nexpected {expected}\nactual   {actual}");
}
