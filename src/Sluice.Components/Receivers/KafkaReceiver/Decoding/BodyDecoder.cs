using System.Text.Unicode;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Decoding;

/// <summary>Makes a log record of every message, whose body is the value: as text, or as bytes. Its time is that of the message.</summary>
internal sealed class BodyDecoder(bool isText, TimeProvider time) : IMessageDecoder
{
    /// <summary>Kafka counts milliseconds.</summary>
    public const ulong NanosecondsPerMillisecond = 1_000_000;

    private OtlpRequestBuilder? _builder;
    private PooledBufferWriter? _output;

    public string? Append(in KafkaRecord record, PooledBufferWriter output)
    {
        if (isText && !Utf8.IsValid(record.Value))
        {
            return "not UTF-8; the encoding raw takes any bytes";
        }

        if (_output != output)
        {
            (_builder, _output) = (new OtlpRequestBuilder(output), output);
        }

        var builder = _builder!;
        builder.BeginResource();
        builder.BeginScope();
        builder.BeginRecord();
        if (record.TimestampMilliseconds is { } made)
        {
            builder.Time((ulong)made * NanosecondsPerMillisecond);
        }

        builder.ObservedTime((ulong)Telemetry.UnixTime.ToNano(time.GetUtcNow()));
        if (!record.IsTombstone)
        {
            builder.Body();
            if (isText)
            {
                builder.String(record.Value);
            }
            else
            {
                builder.Bytes(record.Value);
            }
        }

        builder.EndRecord();
        builder.Finish();
        return null;
    }

    public void Dispose()
    {
        // It holds nothing.
    }
}
