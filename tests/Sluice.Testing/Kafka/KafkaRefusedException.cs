using Confluent.Kafka;

namespace Sluice.Testing.Kafka;

/// <summary>A message was not taken.</summary>
/// <param name="error">Why.</param>
public sealed class KafkaRefusedException(Error error) : Exception(error.Reason)
{
    /// <summary>The code of the protocol; negative for what the client found out by itself.</summary>
    public int Code { get; } = (int)error.Code;
}
