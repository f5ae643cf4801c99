namespace Sluice.Transport.Kafka;

/// <summary>How a producer compresses.</summary>
public enum KafkaCompression
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>gzip.</summary>
    Gzip,

    /// <summary>Snappy.</summary>
    Snappy,

    /// <summary>LZ4.</summary>
    Lz4,

    /// <summary>Zstandard.</summary>
    Zstd,
}
