using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Prometheus;
using Sluice.Testing.Sinks;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>What is sent again, after failures and crashes, with remote write 1.0 and 2.0.</summary>
public abstract class RemoteWriteRecoveryTests : RemoteWriteTests
{
    [Fact]
    public async Task What_was_refused_for_a_while_comes_again_whole()
    {
        DeliverySegment[] entries = [Entry(1), Entry(2)];
        Receiver.AnswerWith(_ => SinkAnswer.Status(503));
        Assert.Equal(DeliveryStatus.Retry, (await DeliverAsync(entries)).Status);
        Receiver.AnswerWith(_ => RemoteWritePlay.Take);
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(entries)).Status);
        Assert.Equal([1.0, 2], Values("c_total"));
        Assert.Equal(2, Receiver.Requests.Count);
    }

    [Fact]
    public async Task After_a_lost_answer_entries_go_alone_and_those_that_are_there_count_as_found()
    {
        DeliverySegment[] entries = [Entry(1), Entry(2), Entry(3)];
        Receiver.AnswerWith(_ => RemoteWritePlay.LoseAnswer);
        Assert.Equal(DeliveryStatus.Retry, (await DeliverAsync(entries)).Status);
        Receiver.AnswerWith(_ => RemoteWritePlay.Take);

        var batch = ExporterFixture.Batch(entries);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Empty(Receiver.Faults);
        Assert.Equal([1.0, 2, 3], Values("c_total"));
        Assert.Equal(1 + 3, Receiver.Requests.Count);

        // The last one is there with the same values, which receivers take for the same.
        Assert.Equal(2, batch.DuplicateCount);
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Entry(4), Entry(5))).Status);
        Assert.Equal(1 + 3 + 1, Receiver.Requests.Count);
    }

    [Fact]
    public async Task After_a_lost_answer_to_a_part_of_an_entry_that_part_is_found()
    {
        // Every series twice, so that a part that is there already is refused for its order.
        await StartAsync(options: Options with { MaxBatchSizeBytes = 10_000 });
        var points = Enumerable.Range(0, 300).Select(i => Point(1 + (i % 2), (ulong)(1 + (i % 2)) * Ms, 1, Text("series", $"{i / 2}")));
        var entry = Fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("g", "", points)));
        var requests = 0;
        Receiver.AnswerWith(_ => ++requests == 2 ? RemoteWritePlay.LoseAnswer : RemoteWritePlay.Take);
        Assert.Equal(DeliveryStatus.Retry, (await DeliverAsync(entry)).Status);

        var batch = ExporterFixture.Batch(entry);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Empty(Receiver.Faults);
        Assert.Empty(batch.Rejections);
        Assert.All(Receiver.Samples.Where(series => series.Key.StartsWith('g')), series => Assert.Equal([1L, 2], series.Value.Select(sample => sample.Timestamp)));
    }

    [Fact]
    public async Task After_a_crash_looking_into_an_entry_goes_on_where_it_failed()
    {
        var entry = Metrics(1, "a", "b", "c", "d", "e", "f", "g", "h");
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(entry.Slice(0, 4), Metrics(2, "a", "c"))).Status);
        await StartAsync(end: entry.FirstRecord.Plus(entry.Count));
        var requests = 0;
        Receiver.AnswerWith(_ => ++requests % 2 == 0 ? SinkAnswer.Status(503) : RemoteWritePlay.Take);
        var attempts = 1;
        var batch = ExporterFixture.Batch(entry);
        while ((await Exporter.DeliverAsync(batch, CancellationToken.None)).Status != DeliveryStatus.Delivered)
        {
            Assert.InRange(++attempts, 1, 20);
            batch = ExporterFixture.Batch(entry);
        }

        Assert.Empty(Receiver.Faults);
        Assert.Equal(["a 1 2", "b 1", "c 1 2", "d 1", "e 1", "f 1", "g 1", "h 1"], Gauges());
        Assert.Equal(2, batch.DuplicateCount);
    }

    [Fact]
    public async Task After_a_lost_request_nothing_is_missing()
    {
        DeliverySegment[] entries = [Entry(1), Entry(2)];
        Receiver.AnswerWith(_ => RemoteWritePlay.LoseRequest);
        Assert.Equal(DeliveryStatus.Retry, (await DeliverAsync(entries)).Status);
        Receiver.AnswerWith(_ => RemoteWritePlay.Take);

        var batch = ExporterFixture.Batch(entries);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);
        Assert.Equal([1.0, 2], Values("c_total"));
        Assert.Equal(0, batch.DuplicateCount);
    }

    [Fact]
    public async Task After_a_crash_what_may_have_arrived_is_neither_lost_nor_doubled()
    {
        DeliverySegment[] entries = [Entry(1), Entry(2), Entry(3), Entry(4)];
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(entries[..2])).Status);
        await StartAsync(end: entries[3].FirstRecord.Plus(entries[3].Count));

        var batch = ExporterFixture.Batch(entries);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Empty(Receiver.Faults);
        Assert.Equal([1.0, 2, 3, 4], Values("c_total"));
        Assert.Equal(1, batch.DuplicateCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task After_a_crash_in_the_middle_of_an_entry_that_was_halved_its_rest_is_sent(int arrived)
    {
        var (entry, next) = (Metrics(1, "a", "b", "c", "d", "e"), Metrics(2, "a"));
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(entry.Slice(0, arrived))).Status);

        // The receiver has something later of the first series, so that it refuses the entry as a whole.
        var foreign = await Fixture.StartAsync(new PrometheusRemoteWriteExporterFactory(), Options);
        Assert.Equal(DeliveryStatus.Delivered, (await ExporterFixture.DeliverAsync(foreign, next)).Status);
        await foreign.DisposeAsync();
        await StartAsync(end: entry.FirstRecord.Plus(entry.Count));

        var batch = ExporterFixture.Batch(entry);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Empty(Receiver.Faults);
        Assert.Equal(["a 1 2", "b 1", "c 1", "d 1", "e 1"], Gauges());
        Assert.Equal(1, batch.DuplicateCount);
        Assert.Empty(batch.Rejections);
    }

    [Fact]
    public async Task After_a_crash_an_entry_that_is_there_as_a_whole_takes_two_requests()
    {
        var entry = Metrics(1, "a", "b", "c", "d", "e");
        DeliverySegment[] entries = [entry, Metrics(2, "a", "e")];
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(entries)).Status);
        await StartAsync(end: entry.FirstRecord.Plus(entry.Count));
        var before = Receiver.Requests.Count;

        var batch = ExporterFixture.Batch(entry);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Equal(5, batch.DuplicateCount);
        Assert.Equal(2, Receiver.Requests.Count - before);
        Assert.Equal(["a 1 2", "b 1", "c 1", "d 1", "e 1 2"], Gauges());
    }

    [Fact]
    public async Task After_a_crash_a_sample_out_of_order_does_not_take_the_rest_of_its_entry_with_it()
    {
        // The only data point that was there before is newer than the one of the entry, which never arrived.
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Metrics(9, "b"))).Status);
        var entry = Metrics(1, "a", "b", "c");
        await StartAsync(end: entry.FirstRecord.Plus(entry.Count));

        var batch = ExporterFixture.Batch(entry);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Equal(["a 1", "b 9", "c 1"], Gauges());
        Assert.Equal(1, batch.DuplicateCount);
    }

    [Fact]
    public async Task After_a_crash_a_series_that_is_twice_in_an_entry_keeps_its_order()
    {
        var entry = Fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("x", "", Point(1, 1 * Ms)), Gauge("y", "", Point(1, 1 * Ms)), Gauge("z", "", Point(1, 2 * Ms)), Gauge("y", "", Point(2, 2 * Ms))));
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(entry.Slice(0, 1), Metrics(3, "x"))).Status);
        await StartAsync(end: entry.FirstRecord.Plus(entry.Count));

        var batch = ExporterFixture.Batch(entry);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Empty(Receiver.Faults);
        Assert.Equal(["x 1 3", "y 1 2", "z 2"], Gauges());
        Assert.Equal(1, batch.DuplicateCount);
    }

    [Fact]
    public async Task After_a_crash_an_entry_that_is_refused_for_another_reason_is_refused()
    {
        var entry = Metrics(1, "a", "b", "c");
        await StartAsync(end: entry.FirstRecord.Plus(entry.Count));
        Receiver.AnswerWith(_ => SinkAnswer.Status(400, "label name too long"));
        Assert.Equal(DeliveryStatus.RejectedWhole, (await DeliverAsync(entry)).Status);
    }

    [Fact]
    public async Task What_is_refused_for_its_order_without_having_been_sent_is_refused()
    {
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Entry(5))).Status);
        await StartAsync();
        Assert.Equal(DeliveryStatus.RejectedWhole, (await DeliverAsync(Entry(4))).Status);
    }

    [Fact]
    public async Task A_batch_goes_on_where_it_was_refused()
    {
        await StartAsync(options: Options with { MaxBatchSizeBytes = 10_000 });
        DeliverySegment[] entries = [Entry(1, series: 200), Entry(2, series: 200)];
        var requests = 0;
        Receiver.AnswerWith(_ => ++requests % 3 == 0 ? SinkAnswer.Status(503) : RemoteWritePlay.Take);
        var attempts = 1;
        while ((await DeliverAsync(entries)).Status != DeliveryStatus.Delivered)
        {
            Assert.InRange(++attempts, 1, 20);
        }

        Assert.Empty(Receiver.Faults);
        Assert.Equal(requests - (attempts - 1), Receiver.Taken.Count);
        Assert.Equal([1.0, 2], Values("c_total"));
        Assert.All(Receiver.Samples.Values, samples => Assert.Equal([1L, 2], samples.Select(sample => sample.Timestamp)));
    }
}

/// <inheritdoc/>
public sealed class FirstRemoteWriteRecoveryTests : RemoteWriteRecoveryTests
{
    protected override RemoteWriteMessage Message => RemoteWriteMessage.WriteRequest;
}

/// <inheritdoc/>
public sealed class SecondRemoteWriteRecoveryTests : RemoteWriteRecoveryTests
{
    protected override RemoteWriteMessage Message => RemoteWriteMessage.Request;
}
