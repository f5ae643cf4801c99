using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Components.Processors.ProbabilisticSamplerProcessor;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Components.Tests.Processors.ProbabilisticSamplerProcessor;

/// <summary>
/// Spans. The vectors (percentage, precision, trace id, trace state, result) are those of the tests of the OpenTelemetry Collector's
/// probabilistic sampler, opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor/tracesprocessor_test.go; its
/// precision 0 is our 14.
/// </summary>
public sealed class ProbabilisticSamplerSpanTests : IDisposable
{
    /// <summary>Its randomness is 0x80000000000000: kept at 50 %, not at 49 %.</summary>
    private const string Half = "fefefefefefefefefe80000000000000";

    private const string AlwaysKept = "111111111111111111ffffffffffffff";

    private static readonly ProbabilisticSamplerProcessorFactory Factory = new();

    private readonly ProcessorHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Theory]
    [InlineData(100, 14, Half, "", "ot=th:0", "ot=th:0")]
    [InlineData(200, 14, Half, "", "ot=th:0", "ot=th:0")]
    [InlineData(50, 14, Half, "", "ot=th:8", "ot=th:8")]
    [InlineData(49, 14, Half, "", null, null)]
    [InlineData(25, 14, "ddddddddddddddddddc0000000000000", "", "ot=th:c", "ot=th:c")]
    [InlineData(25, 14, "ddddddddddddddddddb0000000000000", "", null, null)]
    [InlineData(1, 14, Half, "ot=rv:FD70A3D70A3D71", "ot=rv:FD70A3D70A3D71;th:fd70a3d70a3d71", "ot=rv:FD70A3D70A3D71;th:fd70a3d70a3d71")]
    [InlineData(1, 14, Half, "ot=rv:FD70A3D70A3D70", null, null)]
    [InlineData(1, 4, Half, "ot=rv:FD70A3D70A3D71", "ot=rv:FD70A3D70A3D71;th:fd70a", "ot=rv:FD70A3D70A3D71;th:fd70a")]
    [InlineData(1, 3, Half, "ot=rv:FD70A3D70A3D71", null, null)]
    [InlineData(1, 14, Half, "ot=rv:fd70B000000000", "ot=rv:fd70B000000000;th:fd70a3d70a3d71", "ot=rv:fd70B000000000;th:fd70a3d70a3d71")]
    [InlineData(1, 4, "a0a0a0a0a0a0a0a0a0fe000000000000", "", "ot=th:fd70a", "ot=th:fd70a")]
    [InlineData(50, 14, Half, "ot=rv:90000000000000;th:80000000000000", "ot=rv:90000000000000;th:8", null)]
    [InlineData(25, 14, Half, "ot=th:8", null, null)]
    [InlineData(25, 14, "ffffffffffffffffffffffffffffffff", "ot=th:8", "ot=th:c", "ot=th:e")]
    [InlineData(50, 14, Half, "ot=rv:c0000000000000;th:8", "ot=rv:c0000000000000;th:8", "ot=rv:c0000000000000;th:c")]
    [InlineData(100, 14, Half, "ot=rv:40000000000000;th:8", "ot=rv:40000000000000;th:0", "ot=rv:40000000000000;th:0")]
    [InlineData(40, 3, Half, "ot=rv:a0000000000000", "ot=rv:a0000000000000;th:99a", "ot=rv:a0000000000000;th:99a")]
    [InlineData(40, 6, "a0a0a0a0a0a0a0a0a0d0000000000000", "ot=th:8", "ot=th:99999a", "ot=th:cccccd")]
    [InlineData(40, 3, "a0a0a0a0a0a0a0a0a0b0000000000000", "ot=th:8", "ot=th:99a", null)]
    [InlineData(40, 3, "a0a0a0a0a0a0a0a0a080000000000000", "ot=th:8", null, null)]
    [InlineData(0.006103515625, 14, AlwaysKept, "ot=th:fffc", "ot=th:fffc", "ot=th:fffffff")]
    [InlineData(99.99992, 10, AlwaysKept, "", "ot=th:00000cccccccd", "ot=th:00000cccccccd")]
    [InlineData(0.0625, 14, AlwaysKept, "ot=th:fffffffffffff8", "ot=th:fffffffffffff8", null)]
    [InlineData(50, 14, Half, "a=b,ot=x:y", "ot=th:8;x:y,a=b", "ot=th:8;x:y,a=b")]
    public void Consistent_modes_decide_by_threshold(
        double percentage, int precision, string traceId, string traceState, string? equalizing, string? proportional)
    {
        Assert.Equal(equalizing, Sample(Yaml("equalizing"), traceId, traceState));
        Assert.Equal(proportional, Sample(Yaml("proportional"), traceId, traceState));

        string Yaml(string mode) => FormattableString.Invariant(
            $"{{sampling_percentage: {percentage}, sampling_precision: {precision}, mode: {mode}, fail_closed: false}}");
    }

    [Theory]
    [InlineData(100, "ot=th:0")]
    [InlineData(75, "th:4")]
    [InlineData(50, "th:8")]
    [InlineData(25, "th:c")]
    [InlineData(10, "th:e668")]
    [InlineData(33.333333333, "th:aaac")]
    public void Hash_seed_writes_a_threshold_of_14_bits_and_its_randomness(double percentage, string threshold)
    {
        var yaml = FormattableString.Invariant($"{{sampling_percentage: {percentage}, hash_seed: 4312}}");
        var kept = Enumerable.Range(1, 400)
            .Select(i => Sample(yaml, $"{i:x32}", ""))
            .OfType<string>()
            .ToArray();

        Assert.NotEmpty(kept);
        Assert.All(kept, state => Assert.Matches($"^ot=rv:[0-9a-f]{{14}};{threshold.Replace("ot=", "", StringComparison.Ordinal)}$", state));
    }

    /// <summary>Forty of the hundred decisions at 50 % by which the Collector's tests keep its hash from changing.</summary>
    [Theory]
    [InlineData("653:474a03c76d75951a4b4c537ced8f1122 563:53a518291e91307e43cd8467bb06f986 142:a56a02f843b9bc6ee0b13889249e90e6 445:5224507db93db513f0ea2a4b4e0578c8 38:0c8717ced36216037af657e9d7f8b35b 172:84a1ce7bcea3e66194e72b4aa2694e31 546:e3a345cc8dbb6f014bfa1edad3981820 790:7629ecbea89398bfd9752a2f51c2c137 555:de6cdfb44d69e211f886c57120d7bda0 666:3ee60b013303bcfda06be89071b90bd1 305:c90c7cf3471bbc3a804a8a831633705b 270:18dda74dfca45a7b0261510f385fb4de 381:600cf70c7bb4918e54aefd78c84f3996 561:0a0af00f63e098a39883705a423b0aa8 603:49493809d1a49ea879e6aba37afde958 92:eb60d98b8f8fe22d8970f44f0e2b6bad 936:62dda24e4be24f5198e4d8dd4010c811 210:bb134e26ee92e282e29cabdb1d00d333 864:99f6a7e7b50845b4fb64b7c2ee49f53c", true)]
    [InlineData("904:4e40762d3ee97a1c0932e4fa584f89a8 561:2a8aa76c18d08e1e8be935541f9318c7 757:9e3d0f9481dc422cb613ea550897ae71 22:66a66c516ac22054673e5da5e6492545 552:a811a7def34ca4b98d8e320afd115fad 315:a71effb50e28d27cbdc9892f3765b8c2 510:55ee665a3fa22f8ea1b744ce15a7339d 230:7a5006be4d0ce7b542d59f83cd6f1c41 544:825b8fb9cfd45867794f4cd8a5a699bd 147:a8a5c3bb9205883fae17ead6675b2450 238:937e6cb3332dbe87062fa3997f48f425 122:5a357e150995e005847816c431ba502d 963:20cb3dcebe2cf8abe6102f4a2e548245 141:1b0afbd09abaaf7996cd26f8f6533795 35:855f493c5b5b1e2fcbc9993f8061eac8 839:89bc498feb21d969cf0eabf916aa621a 667:0c38553d71f54dfc37155c22cc8bf243 70:19c386ee7a9f2d56ff9ab2e6374540af 567:2a033c15405f1c7a311f653719ed47b7 687:45a5ace7234d92d9983b4f3858bc0b8e 835:6c77db08bbded7bdd5c99c6e2fea41d2", false)]
    public void Hash_seed_decides_as_the_Collector(string vectors, bool kept) =>
        Assert.All(vectors.Split(' '), vector =>
        {
            var parts = vector.Split(':');
            Assert.Equal(kept, Sample($"{{sampling_percentage: 50, hash_seed: {parts[0]}}}", parts[1], "") is not null);
        });

    [Theory]
    [InlineData("hash_seed", "", "ot=rv:ffffffffffffff;th:0")]
    [InlineData("equalizing", "", "ot=th:0")]
    [InlineData("proportional", "a=b", "ot=th:0,a=b")]
    public void A_span_without_trace_id_is_undecidable(string mode, string traceState, string kept)
    {
        Assert.Null(Sample($"{{sampling_percentage: 62, mode: {mode}}}", "", traceState));
        Assert.Equal(kept, Sample($"{{sampling_percentage: 62, mode: {mode}, fail_closed: false}}", "", traceState));
        Assert.Null(Sample($"{{sampling_percentage: 0, mode: {mode}, fail_closed: false}}", "", traceState));
    }

    [Theory]
    [InlineData("ot=rv:abababababababab", "proportional")]
    [InlineData("ot=th:abababababababab", "equalizing")]
    [InlineData("ot=th:-1", "hash_seed")]
    [InlineData("Nonsense", "proportional")]
    [InlineData("ot=th:8", "hash_seed")]
    [InlineData("ot=rv:90000000000000", "hash_seed")]
    public void A_trace_state_that_does_not_fit_is_undecidable_and_left_as_it_is(string traceState, string mode)
    {
        Assert.Null(Sample($"{{sampling_percentage: 100, mode: {mode}}}", Half, traceState));
        Assert.Equal(traceState, Sample($"{{sampling_percentage: 1, mode: {mode}, fail_closed: false}}", Half, traceState));
    }

    [Theory]
    [InlineData("ffffffffffffffffff70000000000000", "ot=th:8")]
    [InlineData(Half, "ot=th:8;rv:70000000000000")]
    public void A_span_that_its_own_threshold_would_have_rejected_is_undecidable(string traceId, string traceState)
    {
        Assert.Null(Sample("{sampling_percentage: 100, mode: equalizing}", traceId, traceState));
        Assert.Null(Sample("{sampling_percentage: 100, mode: proportional}", traceId, traceState));
    }

    [Theory]
    [InlineData("hash_seed")]
    [InlineData("equalizing")]
    [InlineData("proportional")]
    public void Sampling_priority_keeps_or_drops_whatever_the_percentage(string mode)
    {
        AnyValue[] must = [new() { IntValue = 2 }, new() { DoubleValue = 0.5 }, new() { StringValue = "1" }, new() { StringValue = "0.5" }];
        AnyValue[] mustNot = [new() { IntValue = 0 }, new() { DoubleValue = 0 }, new() { StringValue = "0.0" }];
        AnyValue[] none =
        [
            new() { IntValue = -1 }, new() { DoubleValue = -1 }, new() { DoubleValue = double.NaN }, new() { StringValue = "NaN" },
            new() { StringValue = "-0.5" }, new() { StringValue = "1e999" }, new() { StringValue = " 1" }, new() { BoolValue = true },
        ];

        Assert.All(must, value => Assert.EndsWith("th:0", Sample($"{{sampling_percentage: 0, mode: {mode}}}", Half, "", value), StringComparison.Ordinal));
        Assert.All(must, value => Assert.NotNull(Sample($"{{sampling_percentage: 1, mode: {mode}}}", "", "", value)));
        Assert.All(mustNot, value => Assert.Null(Sample($"{{sampling_percentage: 100, mode: {mode}}}", Half, "", value)));
        Assert.All(none, value => Assert.NotNull(Sample($"{{sampling_percentage: 100, mode: {mode}}}", Half, "", value)));
        Assert.All(none, value => Assert.Null(Sample($"{{sampling_percentage: 0, mode: {mode}}}", Half, "", value)));
    }

    [Fact]
    public void A_priority_does_not_hide_that_a_span_was_sampled_before() =>
        Assert.Equal("ot=th:4", Sample("{sampling_percentage: 1, mode: equalizing}", Half, "ot=th:4", new AnyValue { IntValue = 1 }));

    [Fact]
    public void Everything_else_of_a_span_stays()
    {
        var span = new Span
        {
            TraceId = ByteString.CopyFrom(Convert.FromHexString(Half)),
            SpanId = ByteString.CopyFrom(1, 2, 3, 4, 5, 6, 7, 8),
            TraceState = "a=b",
            Name = "GET",
            Flags = 257,
            DroppedAttributesCount = 3,
            Attributes = { new KeyValue { Key = "k", Value = new AnyValue { StringValue = "v" } } },
            Links = { new Span.Types.Link { TraceState = "ot=th:1" } },
        };

        var kept = Run("{sampling_percentage: 100, mode: equalizing}", span)!;

        span.TraceState = "ot=th:0,a=b";
        Assert.Equal(span, kept);
    }

    private string? Sample(string yaml, string traceId, string traceState, AnyValue? priority = null)
    {
        var span = new Span { TraceId = ByteString.CopyFrom(Convert.FromHexString(traceId)), SpanId = ByteString.CopyFrom(0, 0, 0, 0, 0xfe, 0xfe, 0xfe, 0xfe), TraceState = traceState };
        if (priority is not null)
        {
            span.Attributes.Add(new KeyValue { Key = "sampling.priority", Value = priority });
        }

        return Run(yaml, span)?.TraceState;
    }

    private Span? Run(string yaml, Span span)
    {
        var processor = _harness.Create(Factory, yaml, PipelineSignal.Traces);
        var request = new ExportTraceServiceRequest { ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { span } } } } } };
        return _harness.Run(processor, Signal.Traces, request).ResourceSpans.SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans).SingleOrDefault();
    }
}
