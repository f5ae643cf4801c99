namespace Sluice.Store;

/// <summary>Kinds of <see cref="StoreNotice"/>.</summary>
public enum StoreNoticeKind
{
    /// <summary>A file was dropped because it is older than the store keeps.</summary>
    DroppedForAge,

    /// <summary>A file was dropped because the store is larger than allowed.</summary>
    DroppedForSize,

    /// <summary>A damaged file was renamed and is no longer part of the store.</summary>
    Quarantined,

    /// <summary>A file should have been dropped but could not be removed.</summary>
    DropFailed,

    /// <summary>The write-ahead log of a finished file could not be moved into it; nothing is lost.</summary>
    SealFailed,
}
