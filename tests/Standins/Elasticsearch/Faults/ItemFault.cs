namespace Sluice.Standins.Elasticsearch.Faults;

/// <summary>How one item of a bulk request fails.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Type">The type of its error.</param>
/// <param name="Reason">The reason.</param>
/// <param name="IsDone">Whether the document is written all the same, as when a shard fails behind the write.</param>
public sealed record ItemFault(int Status, string Type, string Reason, bool IsDone = false)
{
    /// <summary>The queue of writes is full.</summary>
    public static ItemFault TooManyRequests { get; } = new(
        429, "es_rejected_execution_exception", "rejected execution of primary operation [coordinating_and_primary_bytes=536870912, replica_bytes=0, all_bytes=536870912, primary_operation_bytes=1024, max_primary_bytes=536870912]");

    /// <summary>The primary shard is not there.</summary>
    public static ItemFault Unavailable { get; } = new(503, "unavailable_shards_exception", "[standin][0] primary shard is not active Timeout: [1m]");

    /// <summary>An error of the server, with the document written all the same.</summary>
    public static ItemFault DoneAllTheSame { get; } = new(500, "no_shard_available_action_exception", "the shard closed after the write", IsDone: true);

    /// <summary>The document cannot be taken, now or later.</summary>
    public static ItemFault Malformed { get; } = new(400, "document_parsing_exception", "failed to parse field [standin] of type [long]");
}
