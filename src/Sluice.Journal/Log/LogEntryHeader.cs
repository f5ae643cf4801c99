namespace Sluice.Journal;

/// <summary>What precedes an entry's bytes in the image of a group.</summary>
/// <param name="Topic">The ordinal of its topic.</param>
/// <param name="Records">How many records it holds.</param>
/// <param name="Length">Its bytes without this header.</param>
/// <param name="DataCrc">CRC-32C of its bytes; 0 in a journal that keeps no checksums.</param>
/// <param name="RecordsBefore">Records in the entries of the group before it.</param>
internal readonly record struct LogEntryHeader(int Topic, int Records, int Length, uint DataCrc, int RecordsBefore);
