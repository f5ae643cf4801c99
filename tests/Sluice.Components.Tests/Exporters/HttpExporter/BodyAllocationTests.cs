using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Buffers;
using Sluice.Components.Exporters.HttpExporter;
using Sluice.Components.Exporters.HttpExporter.Bodies;
using Sluice.Components.Exporters.HttpExporter.Signing;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing.Components;

namespace Sluice.Components.Tests.Exporters.HttpExporter;

public sealed class BodyAllocationTests : IAsyncDisposable
{
    private readonly ExporterFixture _fixture = new();
    private readonly BufferPool _buffers = new();

    public async ValueTask DisposeAsync()
    {
        _buffers.Dispose();
        await _fixture.DisposeAsync();
    }

    [Theory]
    [InlineData(HttpFormat.JsonLines)]
    [InlineData(HttpFormat.JsonArray)]
    [InlineData(HttpFormat.OtlpJson)]
    [InlineData(HttpFormat.CloudEventsBatch)]
    public void A_request_allocates_the_same_for_many_records_as_for_few(HttpFormat format)
    {
        var keys = SigningKeys.Create([HttpExporterUnderTest.Secret]);
        var (few, many) = (Batch(10), Batch(2_000));
        Write(format, keys, many);

        var ofFew = Write(format, keys, few);
        var ofMany = Write(format, keys, many);

        // Room for what the runtime may do on the side, far below a byte for each record.
        Assert.InRange(ofMany, 0, ofFew + 512);
    }

    private long Write(HttpFormat format, SigningKeys keys, DeliveryBatch batch)
    {
        using var output = new PooledBufferWriter(_buffers, "test");
        var before = GC.GetAllocatedBytesForCurrentThread();
        using (var writer = BodyFormats.CreateWriter(format, _buffers))
        {
            writer.Write(batch, output);
            keys.Sign(output.WrittenSpan);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private DeliveryBatch Batch(int records) => ExporterFixture.Batch(_fixture.Segment(
        Signal.Logs, ExportLogsServiceRequest.Parser.ParseFrom(TestRequests.Encode(Signal.Logs, Enumerable.Range(0, records).Select(i => $"record {i}")))));
}
