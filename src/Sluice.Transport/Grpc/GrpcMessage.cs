using Sluice.Buffers;
using Sluice.Transport.Rpc;

namespace Sluice.Transport.Grpc;

/// <summary>The message of a unary call in memory, or why it is not.</summary>
/// <param name="Status">OK when it is there.</param>
/// <param name="Buffer">Holds it from its start; owned by the caller. Null unless the status is OK.</param>
/// <param name="Length">Its length in bytes, inflated.</param>
public readonly record struct GrpcMessage(RpcStatus Status, PooledBuffer? Buffer, int Length)
{
    internal static GrpcMessage Failed(RpcCode code, string message, TimeSpan? retryDelay = null) => new(new RpcStatus(code, message, retryDelay), null, 0);
}
