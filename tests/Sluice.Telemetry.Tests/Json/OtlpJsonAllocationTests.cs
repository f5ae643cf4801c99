using Sluice.Buffers;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Testing;
using Sluice.Testing.Otlp;

namespace Sluice.Telemetry.Tests.Json;

public sealed class OtlpJsonAllocationTests
{
    public static TheoryData<Signal> Signals => Transcoding.Signals;

    [Theory]
    [MemberData(nameof(Signals))]
    public void Reading_and_writing_allocate_nothing_in_steady_state(Signal signal)
    {
        using var buffers = new BufferPool();
        var pool = new TelemetryPool(buffers);
        using var json = new PooledBufferWriter(buffers, "OTLP-JSON test");
        using var proto = new PooledBufferWriter(buffers, "OTLP-JSON test");
        var request = Google.Protobuf.MessageExtensions.ToByteArray(new OtlpGenerator(12, new() { Records = 20 }).Request(signal));
        var buffer = buffers.Rent(request.Length, "OTLP-JSON test");
        request.CopyTo(buffer.Span);
        using var batch = OtlpIndexer.Index(signal, buffer, 0, request.Length, pool, IndexLimits.Default).Batch!;
        Assert.True(batch.Count > 5);

        Assert.Equal(0, Allocations.Least(() =>
        {
            json.Clear();
            proto.Clear();
            OtlpJsonWriter.Write(batch, json);
            var read = OtlpJsonReader.TryRead(signal, json.WrittenSpan, proto, int.MaxValue, out _);
            Assert.True(read);
        }));
    }
}
