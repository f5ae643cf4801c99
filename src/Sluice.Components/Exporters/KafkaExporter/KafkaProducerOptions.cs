using Sluice.Configuration;
using Sluice.Transport.HttpClients;
using Sluice.Transport.Kafka;

namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>The Collector's <c>producer</c>.</summary>
[IgnoredOption("required_acks", "a message counts as delivered when all replicas in sync have it, always: with less it could be lost, or come twice")]
[IgnoredOption("max_broker_write_bytes", "a request is never larger than max_message_bytes, unless a single message is")]
public sealed record KafkaProducerOptions : IValidatableOptions
{
    /// <summary>The largest message.</summary>
    [Option("The largest message in bytes, key and headers included, before compression; no more than the topic's max.message.bytes. Export requests are split at it, single records that are larger go to the dead letters.", Min = 10_000, Max = 100_000_000, Unit = "bytes")]
    public int MaxMessageBytes { get; init; } = 1_000_000;

    /// <summary>How messages are compressed.</summary>
    [Option("How messages are compressed.")]
    public KafkaCompression Compression { get; init; }

    /// <summary>How hard.</summary>
    [Option("How hard compression tries.")]
    public KafkaCompressionParamsOptions CompressionParams { get; init; } = new();

    /// <summary>Messages in one request.</summary>
    [Option("Messages of a partition that are sent at once, at most.", Min = 1, Max = 1_000_000, Unit = "messages")]
    public int FlushMaxMessages { get; init; } = 10_000;

    /// <summary>Whether topics are created.</summary>
    [Option("Whether brokers may create topics that are not there, if they are set to.")]
    public bool AllowAutoTopicCreation { get; init; } = true;

    /// <summary>How long messages wait for others.</summary>
    [Option("How long messages of a partition wait for others. The last of a batch do not wait.", Min = 0, Max = 60)]
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Bytes that wait to be acknowledged.</summary>
    [Option("Memory for messages that wait to be sent or acknowledged; when it is full, sending waits. At least twice max_message_bytes.", Min = 65536, Max = 2_000_000_000)]
    public ByteSize BufferMemory { get; init; } = new(64 << 20);

    /// <summary>Messages that wait to be acknowledged.</summary>
    [Option("Messages that may wait to be sent or acknowledged.", Min = 100, Max = 10_000_000, Unit = "messages")]
    public int BufferMessages { get; init; } = 100_000;

    /// <inheritdoc/>
    public void Validate(OptionsValidation context)
    {
        if (BufferMemory.Bytes < 2L * MaxMessageBytes)
        {
            context.Error("buffer_memory", "holds less than two messages of max_message_bytes", "raise it, or lower max_message_bytes");
        }

        if (CompressionParams.Level is { } level && (level < KafkaCompressions.LeastLevel || level > KafkaCompressions.MostLevel(Compression)))
        {
            context.Error("compression_params::level", $"{level} is no level of this compression", KafkaCompressions.Remedy(Compression));
        }
    }
}

/// <summary>The Collector's <c>compression_params</c> of Kafka.</summary>
public sealed record KafkaCompressionParamsOptions
{
    /// <summary>The level; null for the library's choice.</summary>
    [Option("gzip: 1 to 9; lz4, zstd: 1 to 12; absent, or -1, for the library's choice.")]
    public int? Level { get; init; }
}

/// <summary>Levels of compression, as librdkafka has them.</summary>
internal static class KafkaCompressions
{
    /// <summary>The library's choice.</summary>
    public const int LeastLevel = -1;

    /// <summary>The highest.</summary>
    public static int MostLevel(KafkaCompression compression) => compression switch
    {
        KafkaCompression.Gzip => 9,
        KafkaCompression.Lz4 or KafkaCompression.Zstd => 12,
        _ => -1,
    };

    /// <summary>What to write.</summary>
    public static string Remedy(KafkaCompression compression) =>
        MostLevel(compression) < 0 ? "leave it out: it has none" : $"use -1 to {MostLevel(compression)}";
}
