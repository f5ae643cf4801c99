using Sluice.Components.Exporters.NopExporter;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;

namespace Sluice.Components.Tests.Exporters;

public sealed class NopExporterTests
{
    [Fact]
    public async Task Everything_counts_as_delivered()
    {
        await using var fixture = new ExporterFixture();
        await using var exporter = await fixture.StartAsync(new NopExporterFactory(), new NopExporterOptions());

        var outcome = await exporter.DeliverAsync(
            ExporterFixture.Batch(fixture.Segment(Signal.Logs, DebugSamples.Request(Signal.Logs))), CancellationToken.None);

        Assert.Equal(DeliveryStatus.Delivered, outcome.Status);
        Assert.Null(outcome.State);
    }
}
