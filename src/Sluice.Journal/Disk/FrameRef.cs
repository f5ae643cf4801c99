namespace Sluice.Journal;

/// <summary>Where a whole frame is in its segment.</summary>
internal readonly record struct FrameRef(int Offset, FrameHeader Header);
