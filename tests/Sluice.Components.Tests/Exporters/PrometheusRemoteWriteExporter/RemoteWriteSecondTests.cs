using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Prometheus;
using Sluice.Testing.Sinks;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>What remote write 2.0 has that 1.0 has not: receivers that do not know it, and answers that say what was written.</summary>
public sealed class RemoteWriteSecondTests : RemoteWriteTests
{
    protected override RemoteWriteMessage Message => RemoteWriteMessage.Request;

    [Theory]
    [InlineData(RemoteWriteKnowledge.First)]
    [InlineData(RemoteWriteKnowledge.FirstUnaware)]
    public async Task A_receiver_that_does_not_know_it_gets_the_first_version_from_then_on(RemoteWriteKnowledge knowledge)
    {
        await StartAsync(Options with { ConvertHistogramsToNhcb = true, TargetInfo = new() { Enabled = false } });
        Receiver.Knowledge = knowledge;
        var histogram = Histogram("h", "", AggregationTemporality.Cumulative, Buckets([1], [1, 2], 9.5, 5 * Ms));
        DeliverySegment[] entries = [Entry(1), Fixture.Segment(Signal.Metrics, Request("s", "i", histogram))];
        Assert.Equal(DeliveryStatus.Retry, (await DeliverAsync(entries)).Status);

        var batch = ExporterFixture.Batch(entries);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Entry(2))).Status);

        Assert.Empty(Receiver.Faults);
        Assert.Equal([1.0, 2], Values("c_total"));
        Assert.Equal(2, Receiver.Samples.Count(series => series.Key.StartsWith("h_bucket", StringComparison.Ordinal)));
        Assert.Equal(0, batch.DuplicateCount);
        Assert.Equal(["2.0.0", "0.1.0"], Receiver.Requests.Select(request => request.Headers["x-prometheus-remote-write-version"]).Distinct());
        Assert.Single(Fixture.Log, message => message.Contains("does not know remote write 2.0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_receiver_did_not_write_of_a_single_metric_makes_it_a_dead_letter()
    {
        (Receiver.TakesInPart, var histogram) = (true, Histogram("h", "", AggregationTemporality.Cumulative, Buckets([1], [1, 2], 9.5, 5 * Ms)));
        Receiver.RefuseSeries(name => name == "h_count" ? "no counts here" : null);

        var batch = ExporterFixture.Batch(Fixture.Segment(Signal.Metrics, Request("s", "i", histogram)));
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        var reason = Assert.Single(batch.Rejections).Reason;
        Assert.Contains("no counts here", reason, StringComparison.Ordinal);
        Assert.Contains("4 of 5 samples were written", reason, StringComparison.Ordinal);
        Assert.Single(Receiver.Requests);
    }

    [Fact]
    public async Task What_a_receiver_did_not_write_of_many_is_counted_and_the_others_are_delivered()
    {
        Receiver.TakesInPart = true;
        Receiver.RefuseSeries(name => name == "b" ? "no b" : null);

        var batch = ExporterFixture.Batch(Metrics(1, "a", "b"), Metrics(2, "a", "b", "c"));
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Equal(["a 1 2", "c 2"], Gauges());
        Assert.Equal((2, 0, 0), (batch.UnnamedRejections, batch.Rejections.Count, batch.DuplicateCount));
        Assert.Single(Receiver.Requests);

        // That is over with the batch.
        batch = ExporterFixture.Batch(Metrics(3, "a"));
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);
        Assert.Equal((0, 0), (batch.UnnamedRejections, batch.Rejections.Count));
    }

    [Fact]
    public async Task Nothing_written_is_a_request_that_was_refused_as_a_whole()
    {
        Receiver.RefuseSeries(name => name == "b" ? "no b" : null);
        Assert.Equal(DeliveryStatus.RejectedWhole, (await DeliverAsync(Metrics(1, "a", "b"))).Status);
    }

    [Theory]
    [InlineData("3", "", "0", 0)]
    [InlineData("1", "0", "0", 2)]
    [InlineData("", "1", "0", 2)]
    [InlineData("", "", "5", 3)]
    [InlineData("12345678901234567890", "", "", 3)]
    public async Task A_success_counts_for_what_it_says_was_written(string samples, string histograms, string exemplars, int refused)
    {
        (string Name, string Value)[] headers = [("Samples", samples), ("Histograms", histograms), ("Exemplars", exemplars)];
        Receiver.AnswerWith(_ => SinkAnswer.Status(204, headers: [.. headers.Where(header => header.Value.Length > 0).Select(header => ($"X-Prometheus-Remote-Write-{header.Name}-Written", header.Value))]));

        await StartAsync(Options with { TargetInfo = new() { Enabled = false } });
        var batch = ExporterFixture.Batch(Metrics(1, "a", "b", "c"));
        var outcome = await Exporter.DeliverAsync(batch, CancellationToken.None);

        // A number that is none is none: then nothing is said at all.
        Assert.Equal(samples.Length > 9 ? DeliveryStatus.Retry : DeliveryStatus.Delivered, outcome.Status);
        Assert.Equal(samples.Length > 9 ? 0 : refused, batch.UnnamedRejections);
    }

    [Fact]
    public async Task What_was_refused_of_a_part_is_not_forgotten_when_the_next_part_has_to_wait()
    {
        await StartAsync(Options with { MaxBatchSizeBytes = 10_000 });
        Receiver.TakesInPart = true;
        Receiver.RefuseSeries(name => name == "c_total" ? "no c" : null);
        var requests = 0;
        Receiver.AnswerWith(_ => ++requests == 2 ? SinkAnswer.Status(503) : RemoteWritePlay.Take);
        var entry = Entry(1, series: 300);
        Assert.Equal(DeliveryStatus.Retry, (await DeliverAsync(entry)).Status);

        var batch = ExporterFixture.Batch(entry);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Equal(1, batch.UnnamedRejections);
        Assert.Equal(300, Receiver.Samples.Count(series => series.Key.Contains("series=\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task After_a_crash_what_a_receiver_did_not_write_for_its_order_is_there()
    {
        Receiver.TakesInPart = true;
        var entry = Metrics(1, "a", "b", "c");
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(entry.Slice(0, 2), Metrics(2, "a"))).Status);
        await StartAsync(end: entry.FirstRecord.Plus(entry.Count));

        var batch = ExporterFixture.Batch(entry);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Equal(["a 1 2", "b 1", "c 1"], Gauges());
        Assert.Equal((0, 0), (batch.UnnamedRejections, batch.Rejections.Count));
    }
}
