using Microsoft.AspNetCore.Http;
using Sluice.Buffers;
using Sluice.Transport.Bodies;
using Sluice.Transport.Grpc;
using Sluice.Transport.Rpc;

namespace Sluice.Transport.Tests.Support;

/// <summary>A gRPC service <c>test.Echo</c> that answers <c>Say</c> with the message it got; <c>Throw</c> throws.</summary>
public static class GrpcTestServer
{
    public static Task<TestServer> StartAsync(int maxSize = 4 << 20, long budget = 64 << 20, TimeProvider? time = null) => TestServer.StartAsync(
        (pool, bytes) => new GrpcRouter(
            new Dictionary<string, GrpcUnaryMethod>
            {
                ["/test.Echo/Say"] = (context, deadline) => EchoAsync(context, deadline, pool, bytes, maxSize),
                ["/test.Echo/Throw"] = (_, _) => throw new InvalidOperationException("a fault"),
                ["/test.Echo/Busy"] = (_, _) => ValueTask.FromResult(
                    GrpcReply.Failed(new RpcStatus(RpcCode.Unavailable, "100% büsy\n", TimeSpan.FromSeconds(2)))),
            },
            time ?? TimeProvider.System,
            new ListLogger()).HandleAsync,
        http2: true,
        budget: budget);

    private static async ValueTask<GrpcReply> EchoAsync(
        HttpContext context, RequestDeadline deadline, BufferPool pool, ByteBudget bytes, int maxSize)
    {
        using var lease = new BudgetLease(bytes);
        var message = await GrpcMessageReader.ReadAsync(context, pool, maxSize, lease, deadline);
        Assert.Equal(message.Buffer?.Capacity ?? 0, lease.Held);
        if (message.Buffer is null)
        {
            return GrpcReply.Failed(message.Status);
        }

        var frame = GrpcReply.ToFrame(message.Buffer.Array.AsSpan(0, message.Length));
        message.Buffer.Dispose();
        return new GrpcReply(RpcStatus.Ok, frame);
    }
}
