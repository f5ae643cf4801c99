namespace Sluice.Journal;

/// <summary>What the segments hold of one topic, settled or not.</summary>
/// <param name="Name">The topic.</param>
/// <param name="Entries">Entries.</param>
/// <param name="Records">Records in them.</param>
/// <param name="Bytes">Bytes of the entries.</param>
public sealed record InspectedTopic(string Name, long Entries, long Records, long Bytes);
