using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Decoding;

/// <summary>Makes a log record of every message, whose body is the JSON value. Its time is that of the message.</summary>
internal sealed class JsonDecoder(TimeProvider time) : IMessageDecoder
{
    public string? Append(in KafkaRecord record, PooledBufferWriter output)
    {
        if (JsonText.FindFault(record.Value, isLines: false) is { } fault)
        {
            return $"not JSON that can be kept: {fault}";
        }

        var builder = new OtlpRequestBuilder(output);
        builder.BeginResource();
        builder.BeginScope();
        builder.BeginRecord();
        if (record.TimestampMilliseconds is { } made)
        {
            builder.Time((ulong)made * BodyDecoder.NanosecondsPerMillisecond);
        }

        builder.ObservedTime((ulong)UnixTime.ToNano(time.GetUtcNow()));
        builder.Body();
        JsonText.WriteValue(record.Value, builder);
        builder.EndRecord();
        builder.Finish();
        return null;
    }

    public void Dispose()
    {
        // It holds nothing.
    }
}
