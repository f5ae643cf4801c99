namespace Sluice.Transport.Kafka;

/// <summary>Sorts the error codes of librdkafka (below zero) and of the protocol (above).</summary>
public static class KafkaErrors
{
    /// <summary><c>REBALANCE_IN_PROGRESS</c>: the group is sharing its partitions out anew.</summary>
    public const int RebalanceInProgress = 27;

    // Of librdkafka; the names are its own.
    private const int QueueFull = -184;
    private const int NoSuchTopic = -188;
    private const int NoSuchPartition = -190;

    // Of the protocol: https://kafka.apache.org/protocol#protocol_error_codes
    private const int UnknownTopicOrPartition = 3;
    private const int NotEnoughReplicas = 19;
    private const int NotEnoughReplicasAfterAppend = 20;

    /// <summary>Stands for a message without an answer: <c>_TIMED_OUT</c>.</summary>
    public const int StillPending = -185;

    /// <summary>A call has not come to its end in the time given.</summary>
    public static bool IsTimeout(int code) => code == StillPending;

    /// <summary>So many messages wait that no other finds room: some have to be reported first.</summary>
    public static bool IsQueueFull(int code) => code == QueueFull;

    /// <summary>What an error asks for.</summary>
    public static KafkaErrorKind KindOf(int code) => code switch
    {
        0 => KafkaErrorKind.None,

        // INVALID_MSG_SIZE, MSG_SIZE_TOO_LARGE, RECORD_LIST_TOO_LARGE
        4 or 10 or 18 => KafkaErrorKind.TooLarge,

        // TOPIC_EXCEPTION (a name that no topic may have), INVALID_RECORD, INVALID_TIMESTAMP; _BAD_MSG, _INVALID_ARG
        17 or 87 or 32 or -199 or -186 => KafkaErrorKind.Rejected,

        // INVALID_PRODUCER_EPOCH, PRODUCER_FENCED; _FENCED
        47 or 90 or -144 => KafkaErrorKind.Fenced,

        // Authorization of topic, group, cluster, transactional id; SASL; POLICY_VIOLATION; what a broker or the library cannot do
        29 or 30 or 31 or 53 or 33 or 34 or 54 or 58 or 44 or 21 or 35 or 43 or 50 or 76 or -169 or -165 or -170 or -181 or -145
            => KafkaErrorKind.NeedsHelp,
        _ => KafkaErrorKind.Retriable,
    };

    /// <summary>An error in words, with what to do where that is known and the library does not say it. Without data of records.</summary>
    /// <param name="code">The code.</param>
    /// <param name="text">What the library said; null for its usual words for the code.</param>
    public static string Describe(int code, string? text = null)
    {
        var said = (string.IsNullOrEmpty(text) ? LibrdKafka.Text(LibrdKafka.ErrorText(code)) : text).TrimEnd('.', ' ');
        return AdviceOn(code) is { } advice ? $"{said}; {advice}" : said;
    }

    private static string? AdviceOn(int code) => code switch
    {
        NoSuchTopic or NoSuchPartition or UnknownTopicOrPartition => "create the topic, or let the brokers create it (auto.create.topics.enable)",
        NotEnoughReplicas or NotEnoughReplicasAfterAppend => "bring brokers back until min.insync.replicas of the topic are in sync",
        29 => "grant this user WRITE and DESCRIBE on the topic to send, READ to receive",
        30 => "grant this user READ on the group",
        31 => "grant this user IDEMPOTENT_WRITE on the cluster",
        53 => "grant this user WRITE and DESCRIBE on the transactional id",
        58 or -169 => "check auth",
        -181 => "check tls",
        47 or 90 or -144 => "another instance with the same transactional id has started; run one of them only",
        _ => null,
    };
}
