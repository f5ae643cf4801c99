using OpenTelemetry.Proto.Collector.Logs.V1;
using Sluice.Buffers;
using Sluice.Components.Exporters.HttpExporter;
using Sluice.Components.Exporters.HttpExporter.Bodies;
using Sluice.Components.Exporters.HttpExporter.Signing;
using Sluice.Runtime.Delivery;
using Sluice.Telemetry;
using Sluice.Testing;
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

        var ofFew = Allocations.LeastOf(100, () => Write(format, keys, few));

        // Far below a byte for each record.
        var limit = ofFew + 512;
        Assert.InRange(Allocations.Least(() => Write(format, keys, many), limit), 0, limit);
    }

    private void Write(HttpFormat format, SigningKeys keys, DeliveryBatch batch)
    {
        using var output = new PooledBufferWriter(_buffers, "test");
        using var writer = BodyFormats.CreateWriter(format, _buffers);
        writer.Write(batch, output);
        keys.Sign(output.WrittenSpan);
    }

    private DeliveryBatch Batch(int records) => ExporterFixture.Batch(_fixture.Segment(
        Signal.Logs, ExportLogsServiceRequest.Parser.ParseFrom(TestRequests.Encode(Signal.Logs, Enumerable.Range(0, records).Select(i => $"record {i}")))));
}
