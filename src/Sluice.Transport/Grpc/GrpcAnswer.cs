using Sluice.Transport.Rpc;

namespace Sluice.Transport.Grpc;

/// <summary>What came back from a unary call.</summary>
/// <param name="Status">How it went, as the server says.</param>
/// <param name="IsBroken">It was no answer of gRPC: cut off, or not framed as one. The status then says what was wrong with it.</param>
/// <param name="HttpStatus">The status of HTTP: other than 200 when something in between answered.</param>
public readonly record struct GrpcAnswer(RpcStatus Status, bool IsBroken, int HttpStatus)
{
    /// <summary>An answer that is none.</summary>
    public static GrpcAnswer Broken(int httpStatus, string problem) => new(new RpcStatus(RpcCode.Internal, problem), IsBroken: true, httpStatus);
}
