namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>One data point that goes into a document.</summary>
/// <param name="Record">Index of its metric in the batch.</param>
/// <param name="Start">Where its message starts within that of the metric.</param>
/// <param name="Length">Bytes of it.</param>
/// <param name="Hints">What its attributes ask for.</param>
internal record struct MetricPoint(int Record, int Start, int Length, MappingHints Hints)
{
    /// <summary>Index of the next data point of the document; -1 for none.</summary>
    public int Next { get; set; } = -1;
}

/// <summary>The data points of one document.</summary>
/// <param name="Target">Where it goes.</param>
/// <param name="Owner">Index of the metric of the first data point: the document has an id of that record.</param>
/// <param name="First">Index of the first data point.</param>
/// <param name="Time">The time of them all.</param>
internal record struct MetricGroup(DocumentTarget Target, int Owner, int First, ulong Time)
{
    /// <summary>Index of the last data point so far.</summary>
    public int Last { get; set; } = First;
}
