using Microsoft.AspNetCore.Http;
using Sluice.Transport.Bodies;

namespace Sluice.Transport.Grpc;

/// <summary>Serves a unary method: reads the message with <see cref="GrpcMessageReader"/> and says what to answer.</summary>
/// <param name="context">The request; the answer is written by the caller.</param>
/// <param name="deadline">The caller's time limit.</param>
public delegate ValueTask<GrpcReply> GrpcUnaryMethod(HttpContext context, RequestDeadline deadline);
