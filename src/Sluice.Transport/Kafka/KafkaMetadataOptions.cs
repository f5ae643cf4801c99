using Sluice.Configuration;

namespace Sluice.Transport.Kafka;

/// <summary>The Collector's <c>metadata</c> of Kafka clients.</summary>
[IgnoredOption("full", "only what is known of the topics in use is kept")]
public sealed record KafkaMetadataOptions
{
    /// <summary>How often it is read again without need.</summary>
    [Option("How often brokers, topics and partitions are looked up again, so that new partitions are found.", Min = 1, Max = 3600)]
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How it is read again with need.</summary>
    [Option("What happens while a partition has no leader.")]
    public KafkaMetadataRetryOptions Retry { get; init; } = new();
}

/// <summary>The Collector's <c>metadata::retry</c>.</summary>
[IgnoredOption("max", "it is tried again for as long as it takes")]
public sealed record KafkaMetadataRetryOptions
{
    /// <summary>How long to wait for a leader to be elected.</summary>
    [Option("How long to wait before looking again whether a leader is elected.", Min = 0.001, Max = 60)]
    public TimeSpan Backoff { get; init; } = TimeSpan.FromMilliseconds(250);
}
