namespace Sluice.Testing.Kafka;

/// <summary>A message as a test sends it, or reads it back.</summary>
/// <param name="Value">Its value; null for a tombstone.</param>
public sealed record KafkaMessage(byte[]? Value)
{
    /// <summary>Its key; null when it has none.</summary>
    public byte[]? Key { get; init; }

    /// <summary>Its headers in their order; a name may come twice.</summary>
    public IReadOnlyList<KeyValuePair<string, byte[]>> Headers { get; init; } = [];

    /// <summary>Its partition; null lets the producer choose by the key.</summary>
    public int? Partition { get; init; }

    /// <summary>Its offset, once read or written.</summary>
    public long Offset { get; init; } = -1;

    /// <summary>When it was made or written; the time of sending when it is not set.</summary>
    public DateTime? Timestamp { get; init; }

    /// <summary>The first header of a name; null when there is none.</summary>
    public byte[]? Header(string name) => Headers.FirstOrDefault(header => header.Key == name).Value;
}
