namespace Sluice.Transport.Kafka;

/// <summary>Whom a <see cref="KafkaConsumer"/> tells what happens to it: on the thread that polls or closes, and within those calls.</summary>
public interface IKafkaConsumerHandler
{
    /// <summary>Partitions were assigned. Reading starts when this returns, where each <see cref="KafkaPartition.Start"/> says.</summary>
    void Assigned(IReadOnlyList<KafkaPartition> partitions);

    /// <summary>Partitions go to another member when this returns. Until then offsets may be committed, unless they are lost already.</summary>
    /// <param name="partitions">Those that go.</param>
    /// <param name="lost">The group has given them to somebody else already: nothing can be committed for them.</param>
    void Revoked(IReadOnlyList<KafkaPartition> partitions, bool lost);

    /// <summary>Offsets handed over without waiting were committed, or not.</summary>
    /// <param name="error">The error code; 0 for none.</param>
    void Committed(int error);

    /// <summary>Something went wrong. The library tries again by itself unless the error says that somebody has to help.</summary>
    /// <param name="error">The error code, for <see cref="KafkaErrors"/>.</param>
    /// <param name="text">What the library says.</param>
    void Failed(int error, string text);
}
