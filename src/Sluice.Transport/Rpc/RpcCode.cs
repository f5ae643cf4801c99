namespace Sluice.Transport.Rpc;

/// <summary>The codes of <c>google.rpc.Code</c>, which are those of gRPC.</summary>
public enum RpcCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The caller went away.</summary>
    Cancelled = 1,

    /// <summary>The request can never be right as it is.</summary>
    InvalidArgument = 3,

    /// <summary>The caller's time limit passed.</summary>
    DeadlineExceeded = 4,

    /// <summary>A limit or budget is used up; worth retrying only with a delay in the details.</summary>
    ResourceExhausted = 8,

    /// <summary>Not known, or not served here.</summary>
    Unimplemented = 12,

    /// <summary>Broken framing, or a fault of the server.</summary>
    Internal = 13,

    /// <summary>Not now; worth retrying.</summary>
    Unavailable = 14,
}
