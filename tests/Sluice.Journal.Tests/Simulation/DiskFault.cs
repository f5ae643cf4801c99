namespace Sluice.Journal.Tests.Simulation;

/// <summary>What goes wrong with one operation.</summary>
internal readonly record struct DiskFault(DiskFaultKind Kind, int ErrorCode = 0, int Bytes = 0)
{
    public const int InputOutputError = 5;
    public const int DiskFull = 28;
    public const int ReadOnly = 30;

    /// <summary>Nothing does.</summary>
    public static DiskFault None => default;

    public static DiskFault PowerOffBefore { get; } = new(DiskFaultKind.PowerOffBefore);

    public static DiskFault PowerOffDuring { get; } = new(DiskFaultKind.PowerOffDuring);

    public static DiskFault PowerOffAfter { get; } = new(DiskFaultKind.PowerOffAfter);

    /// <summary>
    /// The operation throws. Of a write the first <paramref name="bytes"/> were taken; of what a flush was for anything may have reached the
    /// media, and all of it counts as clean from then on.
    /// </summary>
    public static DiskFault Fail(int errorCode = InputOutputError, int bytes = 0) => new(DiskFaultKind.Fail, errorCode, bytes);
}

/// <summary>Kinds of <see cref="DiskFault"/>.</summary>
internal enum DiskFaultKind
{
    None,

    /// <summary>The operation throws.</summary>
    Fail,

    /// <summary>The power goes with nothing done; this operation and all after it throw.</summary>
    PowerOffBefore,

    /// <summary>The power goes with any part done; this operation and all after it throw.</summary>
    PowerOffDuring,

    /// <summary>The operation is done and returns; all after it throw.</summary>
    PowerOffAfter,
}
