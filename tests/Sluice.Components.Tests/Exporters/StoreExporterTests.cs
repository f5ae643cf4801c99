using Sluice.Components.Exporters.StoreExporter;
using Sluice.Runtime.Contracts;
using Sluice.Runtime.Delivery;
using Sluice.Store;
using Sluice.Telemetry;

namespace Sluice.Components.Tests.Exporters;

public sealed class StoreExporterTests
{
    [Fact]
    public async Task What_is_delivered_can_be_searched_and_what_is_delivered_again_counts_as_duplicate()
    {
        await using var fixture = new ExporterFixture();
        var segment = fixture.Segment(Signal.Logs, DebugSamples.Request(Signal.Logs));

        var first = ExporterFixture.Batch(segment);
        await using (var exporter = await fixture.StartAsync(new StoreExporterFactory(), new StoreExporterOptions()))
        {
            Assert.Equal(DeliveryOrder.Journal, exporter.Order);
            Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(first, CancellationToken.None)).Status);
        }

        var again = ExporterFixture.Batch(segment);
        await using (var exporter = await fixture.StartAsync(new StoreExporterFactory(), new StoreExporterOptions()))
        {
            Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(again, CancellationToken.None)).Status);
        }

        Assert.Equal(0, first.DuplicateCount);
        Assert.Equal(segment.Count, again.DuplicateCount);
        Assert.Equal(segment.Count, CountLogs(fixture));
    }

    [Fact]
    public async Task All_signals_of_a_batch_are_stored()
    {
        await using var fixture = new ExporterFixture();
        await using var exporter = await fixture.StartAsync(new StoreExporterFactory(), new StoreExporterOptions());
        var segments = Enum.GetValues<Signal>().Select(signal => fixture.Segment(signal, DebugSamples.Request(signal))).ToList();

        await exporter.DeliverAsync(ExporterFixture.Batch(segments), CancellationToken.None);

        using var reader = new StoreReader(Path.Combine(fixture.Directory, "store"));
        var services = reader.Services([], CancellationToken.None);
        Assert.Equal(segments[0].Count, services.Sum(service => service.Logs + service.Events));
        Assert.Equal(segments[1].Count, services.Sum(service => service.Spans));
        Assert.Equal(segments[2].Count, services.Sum(service => service.Metrics));
    }

    [Fact]
    public async Task A_directory_that_cannot_be_used_is_a_start_up_error_that_names_the_key()
    {
        await using var fixture = new ExporterFixture();
        var file = Path.Combine(fixture.Directory, "file");
        await File.WriteAllTextAsync(file, "");

        var error = await Assert.ThrowsAsync<ComponentStartException>(
            () => fixture.StartAsync(new StoreExporterFactory(), new StoreExporterOptions { Directory = Path.Combine(file, "store") }));

        Assert.Contains("exporters::store::directory", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_batch_that_cannot_be_written_is_worth_a_retry_and_says_why()
    {
        await using var fixture = new ExporterFixture();
        await using var exporter = await fixture.StartAsync(new StoreExporterFactory(), new StoreExporterOptions());
        var segment = fixture.Segment(Signal.Logs, DebugSamples.Request(Signal.Logs));
        var store = Path.Combine(fixture.Directory, "store");
        Directory.Delete(store, recursive: true);

        var outcome = await exporter.DeliverAsync(ExporterFixture.Batch(segment), CancellationToken.None);

        Assert.Equal(DeliveryStatus.Retry, outcome.Status);
        Assert.Contains(store, outcome.Reason, StringComparison.Ordinal);

        Directory.CreateDirectory(store);
        Assert.Equal(DeliveryStatus.Delivered, (await exporter.DeliverAsync(ExporterFixture.Batch(segment), CancellationToken.None)).Status);
        Assert.Equal(segment.Count, CountLogs(fixture));
    }

    private static int CountLogs(ExporterFixture fixture)
    {
        using var reader = new StoreReader(Path.Combine(fixture.Directory, "store"));
        using var search = reader.SearchLogs(new LogQuery(), CancellationToken.None);
        var count = 0;
        while (search.MoveNext())
        {
            count++;
        }

        Assert.Empty(search.Warnings);
        return count;
    }
}
