using System.Diagnostics.Metrics;
using System.Globalization;
using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Trace.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Components.Processors.ProbabilisticSamplerProcessor;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Contracts;
using Sluice.Telemetry;
using Sluice.Telemetry.Sampling;
using Sluice.Testing;
using AnyValue = OpenTelemetry.Proto.Common.V1.AnyValue;

namespace Sluice.Components.Tests.Processors.ProbabilisticSamplerProcessor;

/// <summary>
/// Log records. The vectors are those of the tests of the OpenTelemetry Collector's probabilistic sampler,
/// opentelemetry-collector-contrib/processor/probabilisticsamplerprocessor/logsprocessor_test.go.
/// </summary>
public sealed class ProbabilisticSamplerLogTests : IDisposable
{
    private const string Half = "fefefefefefefefefe80000000000000";

    private static readonly ProbabilisticSamplerProcessorFactory Factory = new();

    private readonly ProcessorHarness _harness = new();

    public void Dispose() => _harness.Dispose();

    [Theory]
    [InlineData("sampling_percentage: 100, mode: proportional", Half, "", "sampling.threshold=0")]
    [InlineData("sampling_percentage: 0", Half, "", null)]
    [InlineData("sampling_percentage: 0, sampling_priority: p, sampling_precision: 6", Half, "sampling.randomness=e6147c00000000 p=#10.125", "sampling.randomness=e6147c00000000 p=#10.125 sampling.threshold=e6147b")]
    [InlineData("sampling_percentage: 50, mode: proportional", "fefefefefefefefefef0000000000000", "sampling.threshold=c", "sampling.threshold=e")]
    [InlineData("sampling_percentage: 50, mode: equalizing", "fefefefefefefefefeb0000000000000", "sampling.threshold=c", null)]
    [InlineData("sampling_percentage: 50, mode: equalizing, fail_closed: false", "fefefefefefefefefeb0000000000000", "sampling.threshold=c", "sampling.threshold=0")]
    [InlineData("sampling_percentage: 50, mode: equalizing, sampling_priority: p", "fefefefefefefefefefefefefefefefe", "sampling.threshold=c p=#37", "sampling.threshold=c p=#37")]
    [InlineData("sampling_percentage: 100, mode: hash_seed, fail_closed: false", Half, "sampling.randomness=f2341234123412", "sampling.randomness=f2341234123412")]
    [InlineData("sampling_percentage: 100, mode: hash_seed", Half, "sampling.randomness=f2341234123412", null)]
    [InlineData("sampling_percentage: 100, mode: hash_seed", Half, "sampling.threshold=8", null)]
    [InlineData("sampling_percentage: 100, mode: equalizing", Half, "sampling.threshold=xyz", null)]
    [InlineData("sampling_percentage: 100, mode: equalizing, fail_closed: false", Half, "sampling.randomness=8", "sampling.randomness=8")]
    [InlineData("sampling_percentage: 100, mode: equalizing", Half, "sampling.threshold=#8", "sampling.threshold=0")]
    [InlineData("sampling_percentage: 50, mode: equalizing, from_attribute: a, attribute_source: record", "", "a=1234", null)]
    [InlineData("sampling_percentage: 50, sampling_priority: p", Half, "p=high", "p=high sampling.randomness=* sampling.threshold=8")]
    [InlineData("sampling_percentage: 100, sampling_priority: p", Half, "p=#0", "p=#0 sampling.randomness=* sampling.threshold=0")]
    [InlineData("sampling_percentage: 0, sampling_priority: p", Half, "p=#101", null)]
    public void Attributes_carry_threshold_and_randomness(string yaml, string traceId, string attributes, string? expected)
    {
        // Whether a hash keeps the one record is another test's matter: here the seed is one that does.
        var seed = yaml.Contains("mode", StringComparison.Ordinal) ? "" : ", hash_seed: 22";
        var kept = Sample($"{{{yaml}{seed}}}", traceId, attributes);

        if (expected?.Contains('*', StringComparison.Ordinal) == true)
        {
            var hash = SamplingRandomness.FromHash(22, Convert.FromHexString(traceId)).ToString("x14", CultureInfo.InvariantCulture);
            expected = expected.Replace("*", hash, StringComparison.Ordinal);
        }

        Assert.Equal(expected, kept);
    }

    [Theory]
    [InlineData("a=1234", "1234")]
    [InlineData("a=#1234", "1234")]
    [InlineData("a=#2.5", "2.5")]
    [InlineData("a=true", "true")]
    public void Hash_seed_hashes_the_text_of_an_attribute(string attributes, string hashed)
    {
        var randomness = SamplingRandomness.FromHash(49, System.Text.Encoding.UTF8.GetBytes(hashed)).ToString("x14", CultureInfo.InvariantCulture);

        var kept = Sample("{sampling_percentage: 100, attribute_source: record, from_attribute: a, hash_seed: 49}", Half, attributes);
        var withoutTraceId = Sample("{sampling_percentage: 100, from_attribute: a, hash_seed: 49}", "", attributes);

        Assert.Equal($"{attributes} sampling.randomness={randomness} sampling.threshold=0", kept);
        Assert.Equal(kept, withoutTraceId);
    }

    [Theory]
    [InlineData("hash_seed")]
    [InlineData("equalizing")]
    [InlineData("proportional")]
    public void A_record_with_nothing_to_go_by_is_undecidable(string mode)
    {
        foreach (var source in (string[])["record", "traceID"])
        {
            var yaml = $"mode: {mode}, attribute_source: {source}, from_attribute: unused";
            Assert.Null(Sample($"{{sampling_percentage: 100, {yaml}}}", "", "unused="));
            Assert.Equal("unused= sampling.threshold=0", Sample($"{{sampling_percentage: 50, {yaml}, fail_closed: false}}", "", "unused="));
            Assert.Null(Sample($"{{sampling_percentage: 0, {yaml}, fail_closed: false}}", "", "unused="));
        }
    }

    /// <summary>The counts of the Collector's TestLogsSampling, over the same hundred records.</summary>
    [Theory]
    [InlineData("sampling_percentage: 100", 99)]
    [InlineData("sampling_percentage: 100, fail_closed: false", 100)]
    [InlineData("sampling_percentage: 50", 45)]
    [InlineData("sampling_percentage: 50, attribute_source: record, from_attribute: foo", 23)]
    [InlineData("sampling_percentage: 50, attribute_source: record, from_attribute: bar", 29)]
    [InlineData("sampling_percentage: 0, attribute_source: record, from_attribute: rando, sampling_priority: priority", 25)]
    [InlineData("sampling_percentage: 50, attribute_source: record, from_attribute: rando, sampling_priority: priority", 64)]
    [InlineData("sampling_percentage: 0, sampling_priority: priority", 25)]
    public void A_hundred_records_give_the_Collectors_counts(string yaml, int expected)
    {
        var records = Enumerable.Range(0, 100).Select(i =>
        {
            byte[] traceId = [0, 0, 0, 0, 0, 0, 0, 0, .. Enumerable.Repeat((byte)i, 8)];
            var record = new LogRecord { TraceId = ByteString.CopyFrom(traceId) };
            record.Attributes.Add(Pair("rando", new() { IntValue = Fnv(123, traceId) }));
            if (i % 2 == 0)
            {
                record.Attributes.Add(Pair("foo", new() { BytesValue = ByteString.CopyFrom(traceId) }));
                record.Attributes.Add(Pair("bar", new() { StringValue = i == 0 ? "" : Convert.ToHexStringLower(traceId) }));
            }

            if (i % 4 == 0)
            {
                record.Attributes.Add(Pair("priority", new() { DoubleValue = 100 }));
            }

            return record;
        }).ToArray();

        Assert.Equal(expected, Run($"{{{yaml}}}", records).Length);

        // The hash of the Collector's test, over the seed and the bytes.
        static uint Fnv(uint seed, byte[] bytes) =>
            BitConverter.GetBytes(seed).Concat(bytes).Aggregate(2166136261, (hash, b) => unchecked((hash ^ b) * 16777619));
    }

    [Theory]
    [InlineData("hash_seed")]
    [InlineData("equalizing")]
    [InlineData("proportional")]
    public void What_a_lower_percentage_keeps_a_higher_keeps_too_in_logs_and_traces_alike(string mode)
    {
        var random = new Random(RandomSeed.Value);
        var ids = Enumerable.Range(0, 2000).Select(_ => { var id = new byte[16]; random.NextBytes(id); return id; }).ToArray();
        double[] percentages = [.. Enumerable.Range(0, 6).Select(_ => random.NextDouble() * 100).Order(), 100];
        HashSet<string> previous = [];
        foreach (var percentage in percentages)
        {
            var yaml = FormattableString.Invariant($"{{sampling_percentage: {percentage}, mode: {mode}, hash_seed: 7}}");
            var logs = Run(yaml, [.. ids.Select(id => new LogRecord { TraceId = ByteString.CopyFrom(id) })]).Select(log => log.TraceId.ToBase64()).ToHashSet();
            var processor = _harness.Create(Factory, yaml, PipelineSignal.Traces);
            var request = new ExportTraceServiceRequest
            {
                ResourceSpans = { new ResourceSpans { ScopeSpans = { new ScopeSpans { Spans = { ids.Select(id => new Span { TraceId = ByteString.CopyFrom(id), SpanId = ByteString.CopyFrom(1, 1, 1, 1, 1, 1, 1, 1) }) } } } } },
            };
            var spans = _harness.Run(processor, Signal.Traces, request).ResourceSpans
                .SelectMany(r => r.ScopeSpans).SelectMany(s => s.Spans).Select(span => span.TraceId.ToBase64()).ToHashSet();

            var what = FormattableString.Invariant($"{percentage} % after SLUICE_SEED={RandomSeed.Value}");
            Assert.True(previous.IsSubsetOf(logs), what);
            Assert.True(logs.SetEquals(spans), what);

            // Six standard deviations of a fair choice, so that the test does not fail by chance.
            Assert.InRange(logs.Count / 2000.0, (percentage / 100) - 0.067, (percentage / 100) + 0.067);
            previous = logs;
        }

        Assert.Equal(2000, previous.Count);
    }

    [Fact]
    public void Decisions_and_what_kept_from_deciding_are_counted()
    {
        var counted = new Dictionary<string, long>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (ReferenceEquals(instrument.Meter, _harness.Meter))
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var key = $"{instrument.Name} {string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))}";
            counted[key] = counted.GetValueOrDefault(key) + value;
        });
        listener.Start();

        Run("{sampling_percentage: 50, mode: equalizing}", [Log(Half, ""), Log("000000000000000000000000000000ff", ""), Log("", "")]);

        Assert.Equal(
            new Dictionary<string, long>(StringComparer.Ordinal)
            {
                ["sluice_sampler_decided_records processor=probabilistic_sampler policy=trace_id_w3c sampled=true"] = 1,
                ["sluice_sampler_decided_records processor=probabilistic_sampler policy=trace_id_w3c sampled=false"] = 1,
                ["sluice_sampler_decided_records processor=probabilistic_sampler policy=missing_randomness sampled=false"] = 1,
                ["sluice_sampler_undecidable_records processor=probabilistic_sampler reason=missing_randomness"] = 1,
            },
            counted);
    }

    [Fact]
    public void What_is_dropped_is_booked_as_sampled_out() =>
        Assert.Equal(DropKind.SampledOut, _harness.Create(Factory, "sampling_percentage: 1").Drops);

    [Fact]
    public void The_example_of_the_readme_does_what_it_says()
    {
        var processor = _harness.Create(Factory, ProcessorHarness.ReadmeExample(Factory, "ProbabilisticSamplerProcessor"), PipelineSignal.Traces);
        var request = new ExportTraceServiceRequest
        {
            ResourceSpans =
            {
                new ResourceSpans
                {
                    ScopeSpans =
                    {
                        new ScopeSpans
                        {
                            Spans =
                            {
                                new Span { TraceId = ByteString.CopyFrom(Convert.FromHexString("111111111111111111f0000000000000")), SpanId = ByteString.CopyFrom(1, 1, 1, 1, 1, 1, 1, 1) },
                                new Span { TraceId = ByteString.CopyFrom(Convert.FromHexString("111111111111111111c0000000000000")), SpanId = ByteString.CopyFrom(1, 1, 1, 1, 1, 1, 1, 1) },
                            },
                        },
                    },
                },
            },
        };

        var kept = Assert.Single(_harness.Run(processor, Signal.Traces, request).ResourceSpans[0].ScopeSpans[0].Spans);

        Assert.Equal("ot=th:d99a", kept.TraceState);
    }

    [Theory]
    [InlineData("sampling_percentage: -1", "at least 0")]
    [InlineData("sampling_percentage: .inf", "sampling_percentage")]
    [InlineData("sampling_percentage: 1e-20", "smaller than any threshold")]
    [InlineData("sampling_precision: 0", "from 1 to 14")]
    [InlineData("sampling_precision: 15", "from 1 to 14")]
    [InlineData("hash_seed: -1", "hash_seed")]
    [InlineData("mode: random", "proportional")]
    [InlineData("attribute_source: body", "traceID")]
    [InlineData("attribute_source: record", "name it with from_attribute")]
    public void Options_that_cannot_work_are_errors(string yaml, string expected) =>
        Assert.Contains(expected, ProcessorHarness.Errors(Factory, yaml), StringComparison.Ordinal);

    /// <summary>Attributes are written <c>key=text</c>, <c>key=#number</c> or <c>key=true</c>.</summary>
    private static LogRecord Log(string traceId, string attributes)
    {
        var record = new LogRecord { TraceId = ByteString.CopyFrom(Convert.FromHexString(traceId)), Body = new AnyValue { StringValue = "b" }, EventName = "e" };
        foreach (var pair in attributes.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = (pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            record.Attributes.Add(Pair(key, value switch
            {
                "true" => new() { BoolValue = true },
                ['#', .. var number] when number.Contains('.', StringComparison.Ordinal) => new() { DoubleValue = double.Parse(number, CultureInfo.InvariantCulture) },
                ['#', .. var number] => new() { IntValue = long.Parse(number, CultureInfo.InvariantCulture) },
                _ => new() { StringValue = value },
            }));
        }

        return record;
    }

    private static KeyValue Pair(string key, AnyValue value) => new() { Key = key, Value = value };

    private static string Show(KeyValue pair) => pair.Key + "=" + pair.Value.ValueCase switch
    {
        AnyValue.ValueOneofCase.StringValue => pair.Value.StringValue,
        AnyValue.ValueOneofCase.BoolValue => "true",
        AnyValue.ValueOneofCase.IntValue => string.Create(CultureInfo.InvariantCulture, $"#{pair.Value.IntValue}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"#{pair.Value.DoubleValue}"),
    };

    private string? Sample(string yaml, string traceId, string attributes)
    {
        var record = Log(traceId, attributes);
        var kept = Run(yaml, record.Clone()).SingleOrDefault();
        if (kept is null)
        {
            return null;
        }

        var shown = string.Join(' ', kept.Attributes.Select(Show));
        kept.Attributes.Clear();
        record.Attributes.Clear();
        Assert.Equal(record, kept);
        return shown;
    }

    private LogRecord[] Run(string yaml, params LogRecord[] records)
    {
        var processor = _harness.Create(Factory, yaml);
        var request = new ExportLogsServiceRequest { ResourceLogs = { new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { records } } } } } };
        return [.. _harness.Run(processor, Signal.Logs, request).ResourceLogs.SelectMany(r => r.ScopeLogs).SelectMany(s => s.LogRecords)];
    }
}
