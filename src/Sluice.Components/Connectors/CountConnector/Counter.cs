namespace Sluice.Components.Connectors.CountConnector;

/// <summary>What was counted since the last time for one metric with some attributes.</summary>
internal sealed class Counter(CountGroup group, int definition, byte[] key, byte[] attributes)
{
    public CountGroup Group { get; } = group;

    /// <summary>The index of the metric.</summary>
    public int Definition { get; } = definition;

    public byte[] Key { get; } = key;

    /// <summary>Encoded <c>KeyValue</c>s, each behind its length.</summary>
    public byte[] Attributes { get; } = attributes;

    public long Count { get; set; }

    /// <summary>When the first of them was received, in nanoseconds since 1970.</summary>
    public long FirstUnixNano { get; set; }

    /// <summary>About as many bytes as its data point has at most.</summary>
    public int Size => 48 + (2 * Attributes.Length);
}
