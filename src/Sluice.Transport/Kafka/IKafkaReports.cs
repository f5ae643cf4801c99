namespace Sluice.Transport.Kafka;

/// <summary>Hears what became of messages.</summary>
public interface IKafkaReports
{
    /// <summary>A message has its end. Called for each that was sent, once, by the producer's own thread, which it must not hold up.</summary>
    /// <param name="token">What it was sent with.</param>
    /// <param name="code">0 when it is acknowledged; else why not, for <see cref="KafkaErrors"/>.</param>
    void Report(long token, int code);
}
