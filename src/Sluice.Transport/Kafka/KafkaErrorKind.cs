namespace Sluice.Transport.Kafka;

/// <summary>What an error of Kafka asks for.</summary>
public enum KafkaErrorKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>It may go well later: a broker is down, a leader is being elected, a topic is not there yet.</summary>
    Retriable,

    /// <summary>The message is too large for the topic, or the request that held it.</summary>
    TooLarge,

    /// <summary>The message is refused for good, as any other attempt at it would be.</summary>
    Rejected,

    /// <summary>Somebody has to change the configuration or the cluster: credentials, rights, versions.</summary>
    NeedsHelp,

    /// <summary>Another instance has taken this one's place.</summary>
    Fenced,
}
