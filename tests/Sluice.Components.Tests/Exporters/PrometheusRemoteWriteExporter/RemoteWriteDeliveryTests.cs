using System.Globalization;
using OpenTelemetry.Proto.Metrics.V1;
using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Components.Tests.Processors.Support;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Prometheus;
using Sluice.Testing.Sinks;

using static Sluice.Components.Tests.Exporters.PrometheusExporter.Scraped;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>What becomes of batches, with remote write 1.0 and 2.0.</summary>
public abstract class RemoteWriteDeliveryTests : RemoteWriteTests
{
    [Fact]
    public async Task Requests_are_as_the_specification_has_them()
    {
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Entry(1), Entry(2))).Status);

        Assert.Empty(Receiver.Faults);
        var request = Assert.Single(Receiver.Requests);
        Assert.StartsWith("sluice/", request.Headers["user-agent"], StringComparison.OrdinalIgnoreCase);
        Assert.Equal([1.0, 2], Values("c_total"));
        Assert.Equal([1.0, 1], Values("target_info"));
    }

    [Theory]
    [InlineData(429, DeliveryStatus.Retry)]
    [InlineData(500, DeliveryStatus.Retry)]
    [InlineData(503, DeliveryStatus.Retry)]
    [InlineData(400, DeliveryStatus.RejectedWhole)]
    [InlineData(422, DeliveryStatus.RejectedWhole)]
    [InlineData(413, DeliveryStatus.TooLarge)]
    [InlineData(401, DeliveryStatus.Rejected)]
    [InlineData(403, DeliveryStatus.Rejected)]
    [InlineData(404, DeliveryStatus.Rejected)]
    [InlineData(408, DeliveryStatus.Rejected)]
    [InlineData(302, DeliveryStatus.Fatal)]
    public async Task A_status_decides_what_becomes_of_the_batch(int status, DeliveryStatus expected)
    {
        Receiver.AnswerWith(_ => SinkAnswer.Status(status, "no room\nhere", headers: ("Retry-After", "7")));

        var outcome = await DeliverAsync(Entry(1));

        Assert.Equal(expected, outcome.Status);
        Assert.Contains($"answered {status}", outcome.Reason, StringComparison.Ordinal);
        Assert.Contains("no room", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(expected == DeliveryStatus.Retry ? TimeSpan.FromSeconds(7) : null, outcome.RetryAfter);
    }

    [Fact]
    public async Task Native_histograms_that_are_switched_off_hold_nothing_up()
    {
        Receiver.AnswerWith(_ => SinkAnswer.Status(500, "native histograms are disabled\n"));
        var outcome = await DeliverAsync(Entry(1));
        Assert.Equal(DeliveryStatus.RejectedWhole, outcome.Status);
        Assert.Contains("--enable-feature=native-histograms", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_has_no_place_in_remote_write_is_in_the_log_once_an_hour()
    {
        DeliverySegment Deltas(params string[] names) =>
            Fixture.Segment(Signal.Metrics, Request("s", "i", [.. names.Select(name => Sum(name, temporality: AggregationTemporality.Delta, points: Whole(1, 5 * Ms)))]));
        await DeliverAsync(Deltas("first", "second"));
        await DeliverAsync(Deltas("third"));
        Assert.Contains("the first of them first: a delta, for which remote write has no place: let the sender make it cumulative", Assert.Single(Log()), StringComparison.Ordinal);
        Fixture.Time.Advance(TimeSpan.FromHours(1));
        await DeliverAsync(Deltas("third"));
        Assert.Equal(2, Log().Length);

        string[] Log() => [.. Fixture.Log.Where(text => text.Contains("the first of them", StringComparison.Ordinal))];
    }

    [Theory]
    [InlineData("401: hold", 401, DeliveryStatus.Fatal)]
    [InlineData("4xx: hold", 429, DeliveryStatus.Fatal)]
    [InlineData("404: retry", 404, DeliveryStatus.Retry)]
    [InlineData("500: reject", 500, DeliveryStatus.RejectedWhole)]
    [InlineData("409: deliver", 409, DeliveryStatus.Delivered)]
    [InlineData("202: retry", 202, DeliveryStatus.Retry)]
    public async Task On_status_changes_what_a_status_means(string change, int status, DeliveryStatus expected)
    {
        await StartAsync(options: (PrometheusRemoteWriteExporterOptions)ProcessorHarness.Bind(new PrometheusRemoteWriteExporterFactory(), $"endpoint: {Receiver.Address}\non_status: {{{change}}}") with { ProtobufMessage = Message });
        Receiver.AnswerWith(_ => SinkAnswer.Status(status));
        Assert.Equal(expected, (await DeliverAsync(Entry(1))).Status);
    }

    [Fact]
    public async Task What_is_refused_for_the_credentials_goes_to_the_dead_letters_with_what_to_do()
    {
        Receiver.AnswerWith(_ => SinkAnswer.Status(401));
        var outcome = await DeliverAsync(Entry(1));
        Assert.True(outcome.NeedsHelp);
        Assert.Contains("on_status: {401: hold}", outcome.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task Whole_batches_that_are_refused_are_in_the_log_with_the_receivers_words_once_an_hour(int status)
    {
        // Refused for something else before: the health is Degraded already, and its change says nothing of this.
        Receiver.AnswerWith(_ => SinkAnswer.Status(500, "elsewhere"));
        await DeliverAsync(Entry(1), Entry(2));
        Receiver.AnswerWith(_ => SinkAnswer.Status(status, "no such tenant"));
        await DeliverAsync(Entry(3), Entry(4));
        await DeliverAsync(Entry(5), Entry(6));
        var line = Assert.Single(Log());
        Assert.Contains($"answered {status}", line, StringComparison.Ordinal);
        Assert.Contains("no such tenant", line, StringComparison.Ordinal);
        Fixture.Time.Advance(TimeSpan.FromHours(1));
        await DeliverAsync(Entry(7), Entry(8));
        Assert.Equal(2, Log().Length);

        string[] Log() => [.. Fixture.Log.Where(text => text.Contains("refused for good", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Retry_after_may_be_a_date()
    {
        var date = Fixture.Time.GetUtcNow().AddSeconds(90);
        Receiver.AnswerWith(_ => SinkAnswer.Status(429, headers: ("Retry-After", date.ToString("R", CultureInfo.InvariantCulture))));
        var outcome = await DeliverAsync(Entry(1));
        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.InRange(outcome.RetryAfter!.Value, TimeSpan.FromSeconds(89), TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task Configured_headers_go_with_every_request()
    {
        await StartAsync(options: (PrometheusRemoteWriteExporterOptions)ProcessorHarness.Bind(new PrometheusRemoteWriteExporterFactory(), $"endpoint: {Receiver.Address}\nheaders: {{x-scope-orgid: blue}}") with { ProtobufMessage = Message });
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Entry(1))).Status);
        Assert.Empty(Receiver.Faults);
        Assert.Equal("blue", Assert.Single(Receiver.Requests).Headers["x-scope-orgid"]);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_worth_another_try()
    {
        await Receiver.DisposeAsync();
        Assert.Equal(DeliveryStatus.Retry, (await DeliverAsync(Entry(1))).Status);
    }

    [Fact]
    public async Task What_was_sent_before_counts_as_a_duplicate_and_what_is_older_is_refused()
    {
        var first = Metrics(5, "a", "b");
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(first)).Status);
        var batch = ExporterFixture.Batch(Metrics(5, "a"), Metrics(4, "b"), Metrics(6, "a", "b"));

        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Equal(["a 5 6", "b 5 6"], Gauges());
        Assert.Equal(1, batch.DuplicateCount);
        var rejection = Assert.Single(batch.Rejections);
        Assert.Equal((1, 0), (rejection.Segment, rejection.Record));
        Assert.Contains("older than the last one", rejection.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_point_far_ahead_of_the_clock_goes_to_the_dead_letters_alone()
    {
        var now = Fixture.Time.GetUtcNow().ToUnixTimeMilliseconds();
        const ulong EndOfTime = ulong.MaxValue;
        var batch = ExporterFixture.Batch(
            Fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("a", "", Point(1, (ulong)(now + 600_001) * Ms)), Gauge("b", "", Point(1, (ulong)(now + 600_000) * Ms)))),
            Fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("a", "", Point(1, EndOfTime)), Gauge("c", "", Point(1, (ulong)now * Ms)))));

        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        Assert.Equal([$"b {now + 600_000}", $"c {now}"], Gauges());
        Assert.DoesNotContain(Receiver.Samples.SelectMany(series => series.Value), sample => sample.Timestamp > now + 600_000);
        Assert.Equal([(0, 0), (1, 0)], batch.Rejections.Select(rejection => (rejection.Segment, rejection.Record)));
        Assert.All(batch.Rejections, rejection => Assert.Contains("more than 10 minutes ahead", rejection.Reason, StringComparison.Ordinal));
        Assert.Equal(2, Fixture.Counts.Of("sluice_remote_write_left_out_points", ("reason", "too_far_ahead")));
        Assert.Contains("clock", Assert.Single(Fixture.Log, line => line.Contains("ahead", StringComparison.Ordinal)), StringComparison.Ordinal);

        // It keeps nothing out that comes in time.
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Fixture.Segment(Signal.Metrics, Request("s", "i", Gauge("a", "", Point(1, (ulong)now * Ms)))))).Status);
        Assert.Contains($"a {now}", Gauges());
    }

    [Fact]
    public async Task An_exemplar_far_ahead_of_the_clock_is_left_out()
    {
        var now = (ulong)Fixture.Time.GetUtcNow().ToUnixTimeMilliseconds() * Ms;
        var point = Point(1, now);
        point.Exemplars.Add(new Exemplar { AsDouble = 1, TimeUnixNano = now + (601_000 * Ms) });
        point.Exemplars.Add(new Exemplar { AsDouble = 2, TimeUnixNano = now });

        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Fixture.Segment(Signal.Metrics, Request("s", "i", Sum("a", points: point))))).Status);

        Assert.Equal([2.0], Receiver.Taken.SelectMany(request => request.Timeseries).SelectMany(series => series.Exemplars).Select(exemplar => exemplar.Value));
    }

    [Fact]
    public void Every_reason_has_a_zero_before_its_first_point() =>
        Assert.All(
            ["duplicate", "conflicting", "out_of_order", "too_far_ahead"],
            reason => Assert.True(Fixture.Counts.Has("sluice_remote_write_left_out_points", ("exporter", "prometheusremotewrite"), ("reason", reason)), reason));

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    public async Task A_receiver_that_refuses_everything_is_told_of_until_it_takes_something(int status)
    {
        Receiver.AnswerWith(_ => SinkAnswer.Status(status, "label value too long"));
        DeliverySegment[] pieces = [Entry(1), Entry(2)];

        // Halved, as the runtime does it.
        Assert.False((await DeliverAsync(pieces)).NeedsHelp);
        Assert.Empty(Log());
        Assert.False((await DeliverAsync(pieces[0])).NeedsHelp);
        var last = await DeliverAsync(pieces[1]);
        Assert.True(last.NeedsHelp);
        Assert.Contains("label value too long", last.Reason, StringComparison.Ordinal);
        Assert.True((await DeliverAsync(Entry(3), Entry(4))).NeedsHelp);
        Assert.Contains($"answered {status}", Assert.Single(Log()), StringComparison.Ordinal);

        Receiver.AnswerWith(_ => RemoteWritePlay.Take);
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Entry(5))).Status);
        Receiver.AnswerWith(_ => SinkAnswer.Status(status, "label value too long"));
        DeliverySegment[] more = [Entry(6), Entry(7)];
        Assert.False((await DeliverAsync(more)).NeedsHelp);
        Receiver.AnswerWith(_ => RemoteWritePlay.Take);
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(more[0])).Status);
        Receiver.AnswerWith(_ => SinkAnswer.Status(status, "label value too long"));
        Assert.False((await DeliverAsync(more[1])).NeedsHelp);
        Assert.Single(Log());
        Fixture.Time.Advance(TimeSpan.FromHours(1));
        await DeliverAsync(Entry(8));
        Assert.Equal(2, Log().Length);

        string[] Log() => [.. Fixture.Log.Where(line => line.Contains("refused for good", StringComparison.Ordinal))];
    }

    [Fact]
    public async Task Requests_are_cut_between_entries_and_inside_one_that_is_too_long()
    {
        await StartAsync(options: Options with { MaxBatchSizeBytes = 10_000 });
        DeliverySegment[] entries = [.. Enumerable.Range(1, 20).Select(i => Entry(i, series: 20)), Entry(21, series: 200), Entry(22)];

        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(entries)).Status);

        Assert.Empty(Receiver.Faults);
        var sizes = Message == RemoteWriteMessage.Request ? Receiver.TakenSecond.Select(request => request.CalculateSize()) : Receiver.Taken.Select(request => request.CalculateSize());
        Assert.All(sizes, size => Assert.InRange(size, 1, 10_000));
        Assert.Equal(Enumerable.Range(1, 22).Select(i => (double)i), Values("c_total"));
        Assert.Equal(200, Receiver.Samples.Count(series => series.Key.Contains("series=\"", StringComparison.Ordinal)));

        // The pieces of the long one hold nothing else.
        var pieces = Receiver.Taken.Where(request => request.Timeseries.Any(series => series.Samples.Any(sample => sample.Timestamp == 21))).ToArray();
        Assert.InRange(pieces.Length, 2, 10);
        Assert.All(pieces.SelectMany(request => request.Timeseries), series => Assert.Equal(21, Assert.Single(series.Samples).Timestamp));
    }

    [Fact]
    public async Task What_has_no_place_in_remote_write_is_refused_alone_also_when_its_batch_is_tried_again()
    {
        var delta = Fixture.Segment(Signal.Metrics, Request("s", "i", Sum("d", temporality: AggregationTemporality.Delta, points: Whole(1, 5 * Ms)), Gauge("g", "", Point(1, 5 * Ms))));
        DeliverySegment[] entries = [delta, Entry(6)];
        Receiver.AnswerWith(_ => SinkAnswer.Status(503));
        Assert.Equal(DeliveryStatus.Retry, (await DeliverAsync(entries)).Status);
        Receiver.AnswerWith(_ => RemoteWritePlay.Take);

        var batch = ExporterFixture.Batch(entries);
        Assert.Equal(DeliveryStatus.Delivered, (await Exporter.DeliverAsync(batch, CancellationToken.None)).Status);

        var rejection = Assert.Single(batch.Rejections);
        Assert.Equal((0, 0), (rejection.Segment, rejection.Record));
        Assert.Single(Values("g"));
    }
}

/// <inheritdoc/>
public sealed class FirstRemoteWriteDeliveryTests : RemoteWriteDeliveryTests
{
    protected override RemoteWriteMessage Message => RemoteWriteMessage.WriteRequest;
}

/// <inheritdoc/>
public sealed class SecondRemoteWriteDeliveryTests : RemoteWriteDeliveryTests
{
    protected override RemoteWriteMessage Message => RemoteWriteMessage.Request;
}
