namespace Sluice.Journal;

/// <summary>One entry of a group.</summary>
/// <param name="Topic">Its topic.</param>
/// <param name="FirstRecord">The id of its first record.</param>
/// <param name="Records">Records in it.</param>
/// <param name="Bytes">Its bytes.</param>
public sealed record DumpedEntry(string Topic, RecordId FirstRecord, int Records, int Bytes)
{
    /// <summary>Its bytes, if they were asked for.</summary>
    public byte[]? Payload { get; init; }
}
