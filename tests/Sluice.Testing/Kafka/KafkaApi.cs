namespace Sluice.Testing.Kafka;

/// <summary>Requests of the Kafka protocol, by their API keys.</summary>
public enum KafkaApi : short
{
    /// <summary>Writes messages.</summary>
    Produce = 0,

    /// <summary>Reads messages.</summary>
    Fetch = 1,

    /// <summary>Asks for the first or last offset of partitions.</summary>
    ListOffsets = 2,

    /// <summary>Asks for brokers, topics and leaders.</summary>
    Metadata = 3,

    /// <summary>Commits offsets of a group.</summary>
    OffsetCommit = 8,

    /// <summary>Asks for the committed offsets of a group.</summary>
    OffsetFetch = 9,

    /// <summary>Asks who coordinates a group or a transactional id.</summary>
    FindCoordinator = 10,

    /// <summary>Joins a group.</summary>
    JoinGroup = 11,

    /// <summary>Says that a member lives.</summary>
    Heartbeat = 12,

    /// <summary>Leaves a group.</summary>
    LeaveGroup = 13,

    /// <summary>Hands assignments out.</summary>
    SyncGroup = 14,

    /// <summary>Begins the life of an idempotent or transactional producer.</summary>
    InitProducerId = 22,

    /// <summary>Adds partitions to a transaction.</summary>
    AddPartitionsToTxn = 24,

    /// <summary>Adds the offsets of a group to a transaction.</summary>
    AddOffsetsToTxn = 25,

    /// <summary>Ends a transaction.</summary>
    EndTxn = 26,

    /// <summary>Commits offsets in a transaction.</summary>
    TxnOffsetCommit = 28,
}
