namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>One document of a <see cref="BulkBody"/>: the line of its action and its own.</summary>
/// <param name="Target">Where it goes.</param>
/// <param name="Segment">The number that <see cref="BulkBody.Segment"/> had.</param>
/// <param name="Record">Index in its batch of the record that it is of.</param>
/// <param name="Start">Where its two lines start in <see cref="BulkBody.Text"/>.</param>
/// <param name="Length">Bytes of both, line ends included.</param>
/// <param name="IdStart">Where its id starts, as it stands in JSON without the quotes.</param>
/// <param name="IdLength">Bytes of the id; 0 for one that the destination gives an id.</param>
/// <param name="OthersStart">Where in <see cref="BulkBody.Others"/> the other records begin that it holds something of.</param>
/// <param name="OthersCount">How many they are.</param>
public readonly record struct BulkItem(
    DocumentTarget Target, int Segment, int Record, int Start, int Length, int IdStart, int IdLength, int OthersStart, int OthersCount);
