using Sluice.Components.Exporters.PrometheusRemoteWriteExporter;
using Sluice.Runtime.Delivery;
using Sluice.Testing.Prometheus;
using Sluice.Testing.Sinks;

namespace Sluice.Components.Tests.Exporters.PrometheusRemoteWriteExporter;

/// <summary>What only remote write 1.0 has.</summary>
public sealed class RemoteWriteFirstTests : RemoteWriteTests
{
    protected override RemoteWriteMessage Message => RemoteWriteMessage.WriteRequest;

    [Fact]
    public async Task Metadata_that_is_refused_does_not_hold_samples_up()
    {
        await StartAsync(options: Options with { SendMetadata = true });
        Receiver.AnswerWith(request => request.Metadata.Count > 0 ? SinkAnswer.Status(400, "no metadata") : RemoteWritePlay.Take);
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Entry(1))).Status);
        Assert.Contains(Fixture.Log, message => message.Contains("no metadata", StringComparison.Ordinal));

        Receiver.AnswerWith(_ => RemoteWritePlay.Take);
        Assert.Equal(DeliveryStatus.Delivered, (await DeliverAsync(Entry(2))).Status);
        Assert.Equal("c_total", Assert.Single(Receiver.Taken.SelectMany(request => request.Metadata)).MetricFamilyName);
    }
}
