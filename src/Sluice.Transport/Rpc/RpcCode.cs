namespace Sluice.Transport.Rpc;

/// <summary>The codes of <c>google.rpc.Code</c>, which are those of gRPC.</summary>
public enum RpcCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The caller went away.</summary>
    Cancelled = 1,

    /// <summary>A failure that has no code of its own.</summary>
    Unknown = 2,

    /// <summary>The request can never be right as it is.</summary>
    InvalidArgument = 3,

    /// <summary>The caller's time limit passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>What was asked for is not there.</summary>
    NotFound = 5,

    /// <summary>What was to be made is there.</summary>
    AlreadyExists = 6,

    /// <summary>The caller is known and may not.</summary>
    PermissionDenied = 7,

    /// <summary>A limit or budget is used up; worth retrying only with a delay in the details.</summary>
    ResourceExhausted = 8,

    /// <summary>The server is not in the state for it.</summary>
    FailedPrecondition = 9,

    /// <summary>Cut off by a conflict with another call.</summary>
    Aborted = 10,

    /// <summary>Beyond the range that there is now.</summary>
    OutOfRange = 11,

    /// <summary>Not known, or not served here.</summary>
    Unimplemented = 12,

    /// <summary>Broken framing, or a fault of the server.</summary>
    Internal = 13,

    /// <summary>Not now; worth retrying.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or damaged.</summary>
    DataLoss = 15,

    /// <summary>The caller is not known.</summary>
    Unauthenticated = 16,
}
