using Google.Protobuf;
using OpenTelemetry.Proto.Collector.Logs.V1;
using OpenTelemetry.Proto.Collector.Metrics.V1;
using OpenTelemetry.Proto.Common.V1;
using OpenTelemetry.Proto.Logs.V1;
using OpenTelemetry.Proto.Metrics.V1;
using OpenTelemetry.Proto.Resource.V1;
using OpenTelemetry.Proto.Trace.V1;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Tests.Otlp;

/// <summary>Each rule of refusal at each place where it holds.</summary>
public sealed class OtlpIndexerRejectionTests : IDisposable
{
    private static readonly byte[] BadText = [0x61, 0xC3, 0x28];
    private readonly Indexing _indexing = new();

    public void Dispose() => _indexing.Dispose();

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    public void A_log_record_with_bad_text_is_refused(int field) => AssertRefused(Signal.Logs, RejectionReason.InvalidUtf8, Bytes(field, BadText));

    [Theory]
    [InlineData(5, 1)]
    [InlineData(6, 1)]
    [InlineData(6, 2, 1)]
    [InlineData(5, 5, 1, 1)]
    [InlineData(6, 2, 6, 1, 1)]
    [InlineData(6, 2, 6, 1, 2, 1)]
    public void A_log_record_with_bad_text_in_a_value_is_refused(params int[] path) =>
        AssertRefused(Signal.Logs, RejectionReason.InvalidUtf8, At(path, BadText));

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(9, 1)]
    [InlineData(11, 2)]
    [InlineData(11, 3, 1)]
    [InlineData(13, 3)]
    [InlineData(13, 4, 2, 1)]
    [InlineData(15, 2)]
    public void A_span_with_bad_text_is_refused(params int[] path) => AssertRefused(Signal.Traces, RejectionReason.InvalidUtf8, At(path, BadText));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(12, 1)]
    [InlineData(5, 1, 7, 1)]
    [InlineData(5, 1, 5, 7, 1)]
    [InlineData(7, 1, 7, 2, 1)]
    [InlineData(9, 1, 9, 1)]
    [InlineData(9, 1, 8, 7, 1)]
    [InlineData(10, 1, 1, 1)]
    [InlineData(10, 1, 11, 7, 1)]
    [InlineData(11, 1, 7, 1)]
    public void A_metric_with_bad_text_is_refused(params int[] path) => AssertRefused(Signal.Metrics, RejectionReason.InvalidUtf8, At(path, BadText));

    [Theory]
    [InlineData(Signal.Logs, RejectionReason.TraceIdSize, 9)]
    [InlineData(Signal.Logs, RejectionReason.SpanIdSize, 10)]
    [InlineData(Signal.Traces, RejectionReason.TraceIdSize, 1)]
    [InlineData(Signal.Traces, RejectionReason.SpanIdSize, 2)]
    [InlineData(Signal.Traces, RejectionReason.SpanIdSize, 4)]
    [InlineData(Signal.Traces, RejectionReason.TraceIdSize, 13, 1)]
    [InlineData(Signal.Traces, RejectionReason.SpanIdSize, 13, 2)]
    [InlineData(Signal.Metrics, RejectionReason.SpanIdSize, 5, 1, 5, 4)]
    [InlineData(Signal.Metrics, RejectionReason.TraceIdSize, 7, 1, 5, 5)]
    [InlineData(Signal.Metrics, RejectionReason.SpanIdSize, 9, 1, 8, 4)]
    [InlineData(Signal.Metrics, RejectionReason.TraceIdSize, 10, 1, 11, 5)]
    public void An_id_of_another_size_is_refused(Signal signal, RejectionReason reason, params int[] path)
    {
        AssertRefused(signal, reason, At(path, new byte[1]));
        AssertRefused(signal, reason, At(path, new byte[reason == RejectionReason.TraceIdSize ? 8 : 16]));
        AssertAccepted(signal, At(path, []));
    }

    [Theory]
    [InlineData(Signal.Logs, 5)]
    [InlineData(Signal.Traces, 15)]
    [InlineData(Signal.Metrics, 9)]
    public void A_message_that_may_stand_once_is_refused_twice(Signal signal, int field)
    {
        AssertAccepted(signal, Bytes(field, []));
        AssertRefused(signal, RejectionReason.SplitMessage, [.. Bytes(field, []), .. Bytes(field, [])]);
    }

    [Theory]
    [InlineData(Signal.Logs, 6, 2)]
    [InlineData(Signal.Metrics, 10, 1, 8)]
    [InlineData(Signal.Metrics, 10, 1, 9)]
    public void A_nested_message_that_may_stand_once_is_refused_twice(Signal signal, params int[] path)
    {
        var once = At([path[^1]], []);
        AssertAccepted(signal, At(path[..^1], once));
        AssertRefused(signal, RejectionReason.SplitMessage, At(path[..^1], [.. once, .. once]));
    }

    [Fact]
    public void Two_members_of_a_oneof_are_refused()
    {
        byte[] number = [0x21, 0, 0, 0, 0, 0, 0, 0, 0, 0x31, 1, 0, 0, 0, 0, 0, 0, 0];
        byte[] exemplar = [0x19, 0, 0, 0, 0, 0, 0, 0, 0, 0x31, 1, 0, 0, 0, 0, 0, 0, 0];
        AssertRefused(Signal.Logs, RejectionReason.SplitMessage, At([5], [.. Bytes(1, "a"u8.ToArray()), 0x10, 1]));
        AssertRefused(Signal.Metrics, RejectionReason.SplitMessage, [.. Bytes(5, []), .. Bytes(7, [])]);
        AssertRefused(Signal.Metrics, RejectionReason.SplitMessage, At([7, 1], number));
        AssertRefused(Signal.Metrics, RejectionReason.SplitMessage, At([7, 1, 5], exemplar));
    }

    [Fact]
    public void Of_a_number_that_stands_twice_the_last_counts()
    {
        var envelope = default(Envelope);
        byte[] record = [0x10, 5, 0x10, 9, .. Bytes(10, [1, 2, 3, 4, 5, 6, 7, 8]), .. Bytes(10, [])];
        Assert.True(OtlpIndexer.TryIndexRecord(Signal.Logs, record, ref envelope, IndexLimits.Default, out _));
        Assert.Equal(9, envelope.Code);
        Assert.Equal(0UL, envelope.SpanId);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void A_bad_resource_or_scope_refuses_its_records_wherever_it_stands(bool isResource, bool isBehindRecords)
    {
        var bad = isResource
            ? new Resource { Attributes = { new KeyValue { Key = "k" } } }.ToByteArray()
            : new InstrumentationScope { Name = "k" }.ToByteArray();
        bad[Array.IndexOf(bad, (byte)'k')] = 0xFF;
        byte[] records = [.. Bytes(2, []), .. Bytes(2, Bytes(9, [1])), .. Bytes(2, [])];
        var badOwn = Bytes(1, bad);
        byte[] scope = isResource ? records : isBehindRecords ? [.. records, .. badOwn] : [.. badOwn, .. records];
        byte[] scopes = [.. Bytes(2, scope)];
        byte[] resource = !isResource ? scopes : isBehindRecords ? [.. scopes, .. badOwn] : [.. badOwn, .. scopes];
        var good = new ResourceLogs { ScopeLogs = { new ScopeLogs { LogRecords = { new LogRecord() } } } }.ToByteArray();

        using var batch = _indexing.Index(Signal.Logs, [.. Bytes(1, good), .. Bytes(1, resource), .. Bytes(1, good)]).Batch;

        Assert.Equal(2, batch!.Count);
        Assert.Equal(new RecordRejections(3, 3, RejectionReason.InvalidUtf8, 1), batch.Rejections);
        Assert.Equal([0, 2], batch.Envelopes.ToArray().Select(e => e.Resource));
    }

    [Fact]
    public void A_refused_metric_counts_its_data_points()
    {
        var request = new ExportMetricsServiceRequest
        {
            ResourceMetrics =
            {
                new ResourceMetrics
                {
                    ScopeMetrics =
                    {
                        new ScopeMetrics
                        {
                            Metrics =
                            {
                                new Metric { Gauge = new Gauge { DataPoints = { new NumberDataPoint() } } },
                                new Metric
                                {
                                    Sum = new Sum
                                    {
                                        DataPoints =
                                        {
                                            new NumberDataPoint { Exemplars = { new Exemplar { TraceId = ByteString.CopyFrom(1) } } },
                                            new NumberDataPoint(),
                                        },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        };

        using var batch = _indexing.Accept(Signal.Metrics, request);

        Assert.Equal(1, batch.Count);
        Assert.Equal(new RecordRejections(1, 2, RejectionReason.TraceIdSize, 1), batch.Rejections);
    }

    private static void AssertRefused(Signal signal, RejectionReason expected, byte[] record)
    {
        var envelope = default(Envelope);
        Assert.False(OtlpIndexer.TryIndexRecord(signal, record, ref envelope, IndexLimits.Default, out var reason));
        Assert.Equal(expected, reason);
    }

    private static void AssertAccepted(Signal signal, byte[] record)
    {
        var envelope = default(Envelope);
        Assert.True(OtlpIndexer.TryIndexRecord(signal, record, ref envelope, IndexLimits.Default, out _));
    }

    /// <summary>Wraps content into the fields of a path, the outermost first.</summary>
    private static byte[] At(int[] path, byte[] content) => path.Length == 0 ? content : Bytes(path[0], At(path[1..], content));

    private static byte[] Bytes(int field, byte[] content) =>
        RawField.Join([new RawField(field, WireFormat.WireType.LengthDelimited, content)]);
}
