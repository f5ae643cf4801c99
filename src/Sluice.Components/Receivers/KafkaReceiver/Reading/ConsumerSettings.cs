using Sluice.Transport.Kafka;

namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>What the options say of the client.</summary>
internal static class ConsumerSettings
{
    public static KafkaConsumerSettings Of(KafkaReceiverOptions options, IReadOnlyList<SignalReading> readings) => new()
    {
        Client = options,
        GroupId = options.GroupId,
        GroupInstanceId = options.GroupInstanceId,
        Assignment = string.Join(',', options.Strategies.Select(NameOf).Distinct()),
        FromBeginning = options.InitialOffset == KafkaInitialOffset.Earliest,
        SessionTimeout = options.SessionTimeout,
        HeartbeatInterval = options.HeartbeatInterval,
        MinFetchBytes = options.MinFetchSize,
        MaxFetchBytes = options.MaxFetchSize,
        MaxPartitionFetchBytes = options.MaxPartitionFetchSize,
        MaxFetchWait = options.MaxFetchWait,
        RackId = options.RackId,
        ExcludedTopics = [.. readings.SelectMany(reading => reading.Topics.ExcludeTopics)],
    };

    private static string NameOf(KafkaRebalanceStrategy strategy) => strategy switch
    {
        KafkaRebalanceStrategy.Range => "range",
        KafkaRebalanceStrategy.RoundRobin => "roundrobin",
        _ => "cooperative-sticky",
    };
}
