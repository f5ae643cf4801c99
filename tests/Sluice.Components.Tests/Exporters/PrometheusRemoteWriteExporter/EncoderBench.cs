using OpenTelemetry.Proto.Collector.Metrics.V1;
using Prometheus.RemoteWrite.Proto;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Prometheus;
using Proto2 = Prometheus.RemoteWrite.Proto2;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>An encoder, and what it makes of requests.</summary>
internal sealed class EncoderBench : IAsyncDisposable
{
    /// <summary>What every series of the tests' requests has.</summary>
    private const string Common = "instance=\"i\",job=\"s\",otel_scope_name=\"lib\",otel_scope_version=\"1\"";

    private readonly PrometheusRemoteWriteExporterOptions _options;

    public EncoderBench(PrometheusRemoteWriteExporterOptions? options = null) =>
        (_options, Encoder) = (options ?? Plain, Create(options ?? Plain, Fixture));

    /// <summary>Without <c>target_info</c>.</summary>
    public static PrometheusRemoteWriteExporterOptions Plain { get; } = new() { TargetInfo = new() { Enabled = false } };

    public ExporterFixture Fixture { get; } = new();

    public SampleEncoder Encoder { get; }

    /// <summary>Why metrics of the last request were refused.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>Metrics of the last request that were sent before.</summary>
    public int Duplicates { get; private set; }

    public WriteRequest Encode(ExportMetricsServiceRequest request) => Encode(Fixture.Segment(Signal.Metrics, request));

    public WriteRequest Encode(DeliverySegment segment)
    {
        EncodeOnly(segment);
        var message = Read();
        Encoder.Commit(withoutEntry: false);
        Encoder.End();
        return message;
    }

    /// <summary>The message of remote write 2.0 that was encoded last.</summary>
    public Proto2.Request Second { get; private set; } = new();

    /// <summary>All that is encoded, as a message of 1.0. One of 2.0 is checked.</summary>
    private WriteRequest Read()
    {
        if (_options.ProtobufMessage == RemoteWriteMessage.WriteRequest)
        {
            return WriteRequest.Parser.ParseFrom([.. Encoder.Body.Message(Encoder.Body.Length).Bytes.Span, .. Encoder.Metadata.Bytes.Span]);
        }

        var message = Encoder.Body.Message(Encoder.Body.Length);
        Second = Proto2.Request.Parser.ParseFrom(message.Bytes.Span);
        Assert.Empty(RemoteWriteSecond.FindFaults(Second, message.Bytes.ToArray()));
        Assert.Equal(Second.Timeseries.Sum(series => series.Samples.Count + series.Histograms.Count), message.Samples);
        return RemoteWriteSecond.Resolve(Second);
    }

    private static SampleEncoder Create(PrometheusRemoteWriteExporterOptions options, ExporterFixture fixture)
    {
        var context = fixture.Context("prometheusremotewrite");
        return new SampleEncoder(context, options, options.ProtobufMessage, new RemoteWriteReport(context, () => 0));
    }

    public void EncodeOnly(DeliverySegment segment)
    {
        Refusals.Clear();
        Duplicates = 0;
        Encoder.Begin();
        Encoder.BeginEntry(segment.ReceivedUnixNano, isReplay: false);
        for (var i = 0; i < segment.Count; i++)
        {
            var verdict = Encoder.Encode(segment.Batch.GetRecord(segment.Start + i), i);
            Duplicates += verdict.IsDuplicate ? 1 : 0;
            if (verdict.Refusal is { } refusal)
            {
                Refusals.Add(refusal);
            }
        }

        Encoder.EndEntry();
    }

    /// <summary>Samples as text, without the labels that every series has.</summary>
    public string[] Samples(ExportMetricsServiceRequest request) =>
    [
        .. Encode(request).Timeseries.SelectMany(series => series.Samples.Select(sample => FormattableString.Invariant(
            $"{RemoteWriteStandin.Text(series.Labels).Replace($"{Common},", "", StringComparison.Ordinal).Replace($",{Common}", "", StringComparison.Ordinal).Replace($"{{{Common}}}", "", StringComparison.Ordinal)} {sample.Value} {sample.Timestamp}"))),
    ];

    public async ValueTask DisposeAsync()
    {
        Encoder.Dispose();
        await Fixture.DisposeAsync();
    }
}
