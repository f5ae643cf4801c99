using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Decoding;

/// <summary>Reads OTLP in JSON.</summary>
internal sealed class OtlpJsonDecoder(Signal signal) : IMessageDecoder
{
    /// <summary>Bytes of protobuf for a byte of JSON: <c>0,</c> in a list can take eight.</summary>
    private const int LargestGrowth = 4;
    private const int Extra = 1024;

    public string? Append(in KafkaRecord record, PooledBufferWriter output) =>
        OtlpJsonReader.TryRead(signal, record.Value, output, (int)Math.Min(((long)record.Value.Length * LargestGrowth) + Extra, int.MaxValue), out var error)
            ? null
            : $"not an OTLP export request in JSON: {error}";

    public void Dispose()
    {
        // It holds nothing.
    }
}
