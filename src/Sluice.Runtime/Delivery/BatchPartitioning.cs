using Sluice.Runtime.Contracts;

namespace Sluice.Runtime.Delivery;

/// <summary>Which records may go into one batch.</summary>
public sealed record BatchPartitioning
{
    /// <summary>Any records: the usual case.</summary>
    public static BatchPartitioning None { get; } = new();

    /// <summary>What the requests must have in common that they came with; each once.</summary>
    public IReadOnlyList<RequestProperty> Properties { get; init; } = [];

    /// <summary>
    /// Combinations of values whose records are gathered at the same time; where there are more, the batch of the one that was not seen for
    /// the longest time is delivered as it is. 0: as many as fit into the consumer's window. In journal order there is one.
    /// </summary>
    public int Limit { get; init; } = 1000;
}
