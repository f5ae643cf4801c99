namespace Sluice.Journal;

/// <summary>Where a frame is in its segment.</summary>
/// <param name="Offset">Byte of its header.</param>
/// <param name="Header">Its header.</param>
/// <param name="HasDamagedEntries">Whether bytes of an entry do not match their checksum, while everything that tells what the group does is whole.</param>
internal readonly record struct FrameRef(int Offset, FrameHeader Header, bool HasDamagedEntries);
