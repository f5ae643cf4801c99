namespace Sluice.Journal;

/// <summary>Constants of the files of a journal on disk; docs/journal.md describes them whole. Everything is little-endian.</summary>
internal static class DiskFormat
{
    /// <summary>Version of the layout. A file of a higher one is refused.</summary>
    public const ushort Version = 1;

    /// <summary>Bits of features that a reader must know. None exist yet; a file with any bit set is refused.</summary>
    public const uint KnownFeatures = 0;

    /// <summary>
    /// Every flush begins on a block of this size, so that no block that holds anything acknowledged is ever written again, and a torn write
    /// cannot take it along.
    /// </summary>
    public const int BlockSize = 4096;

    /// <summary>Groups begin at multiples of this, which is where a scan looks for the next one after damage.</summary>
    public const int FrameAlignment = 64;

    /// <summary>Room that a segment keeps beside its groups: the header block before them and the trailer block behind their index.</summary>
    public const int SegmentOverhead = 2 * BlockSize;

    public const string SegmentExtension = ".segment";

    public const string DamagedExtension = ".damaged";

    /// <summary>Behind the name of a file that is not yet all there: it belongs to nothing, and an opening deletes it.</summary>
    public const string UnfinishedExtension = ".new";

    public const string SnapshotPrefix = "snapshot-";

    public const string IdentityName = "journal.meta";

    public static int AlignFrame(int offset) => (offset + FrameAlignment - 1) & -FrameAlignment;

    public static int AlignBlock(int offset) => (offset + BlockSize - 1) & -BlockSize;

    public static string SegmentName(int slot) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{slot:D8}{SegmentExtension}");
}
