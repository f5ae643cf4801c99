using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Sluice.Buffers;
using Sluice.Transport.Bodies;
using Sluice.Transport.Rpc;

namespace Sluice.Transport.Grpc;

/// <summary>
/// Reads the one message of a unary call into pooled memory: a flag, a length of four bytes, the message. The length is known before the
/// message is read, so exactly its capacity is charged to the lease and rented. Errors are worded as grpc-go words them.
/// </summary>
public static class GrpcMessageReader
{
    private const string Purpose = "gRPC message";
    private const string InflatedPurpose = "inflated gRPC message";
    private static readonly TimeSpan BusyRetryDelay = TimeSpan.FromSeconds(1);

    /// <summary>Reads and inflates the message.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pool">Where memory comes from.</param>
    /// <param name="maxSize">Bytes of a message, as sent and inflated.</param>
    /// <param name="lease">Is charged with the capacity of what is returned; with nothing when nothing is.</param>
    /// <param name="deadline">When the message must have arrived.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<GrpcMessage> ReadAsync(
        HttpContext context, BufferPool pool, int maxSize, BudgetLease lease, RequestDeadline deadline)
    {
        var reader = context.Request.BodyReader;
        using var message = new ChargedBuffer(pool, lease, Purpose);
        var header = default(FrameHeader);
        var remaining = -1;
        try
        {
            while (true)
            {
                var result = await deadline.ReadAsync(reader);
                if (result.IsCanceled)
                {
                    return GrpcMessage.Failed(RpcCode.DeadlineExceeded, "the message did not arrive within the time limit of the call");
                }

                var data = result.Buffer;
                if (remaining < 0 && data.Length >= GrpcReply.HeaderSize)
                {
                    header = FrameHeader.Read(data);
                    if (header.Check(context, maxSize) is { } refusal)
                    {
                        reader.AdvanceTo(data.End);
                        return new GrpcMessage(refusal, null, 0);
                    }

                    if (!message.TryReserve((int)Math.Min(header.Length, ChargedBuffer.LargestAdvance)))
                    {
                        reader.AdvanceTo(data.End);
                        return OverBudget();
                    }

                    remaining = (int)header.Length;
                    data = data.Slice(GrpcReply.HeaderSize);
                }

                if (remaining < 0)
                {
                    reader.AdvanceTo(data.Start, data.End);
                }
                else if (data.Length > remaining)
                {
                    reader.AdvanceTo(data.End);
                    return GrpcMessage.Failed(RpcCode.Internal, "data follows the message of a unary call");
                }
                else if (!message.TryReserve((int)data.Length))
                {
                    reader.AdvanceTo(data.End);
                    return OverBudget();
                }
                else
                {
                    Append(data, message);
                    remaining -= (int)data.Length;
                    reader.AdvanceTo(data.End);
                }

                if (result.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return GrpcMessage.Failed(RpcCode.Cancelled, "the call was cut off");
        }

        if (remaining != 0)
        {
            return GrpcMessage.Failed(
                RpcCode.Internal, remaining < 0 ? "the call ended before its message" : $"the call ended {remaining} bytes before the end of its message");
        }

        return header.Compressed ? Inflate(message, pool, maxSize, lease) : Complete(message);
    }

    private static GrpcMessage Inflate(ChargedBuffer message, BufferPool pool, int maxSize, BudgetLease lease)
    {
        using var inflated = new ChargedBuffer(pool, lease, InflatedPurpose);
        var length = message.Length;
        var source = message.Detach();
        var capacity = source.Capacity;
        var status = Inflater.Inflate(ContentCodings.Gzip, source, 0, length, inflated, maxSize);
        source.Dispose();
        lease.Release(capacity);
        return status switch
        {
            BodyStatus.Ok => Complete(inflated),
            BodyStatus.TooLarge => GrpcMessage.Failed(
                RpcCode.ResourceExhausted, $"grpc: received message after decompression larger than max {maxSize}"),
            BodyStatus.OverBudget => OverBudget(),
            _ => GrpcMessage.Failed(RpcCode.Internal, "grpc: failed to decompress the received message: the gzip data is truncated or corrupt"),
        };
    }

    private static GrpcMessage Complete(ChargedBuffer message)
    {
        var length = message.Length;
        return new GrpcMessage(RpcStatus.Ok, message.Detach(), length);
    }

    private static GrpcMessage OverBudget() =>
        GrpcMessage.Failed(RpcCode.ResourceExhausted, "the memory for requests in flight is in use", BusyRetryDelay);

    private static void Append(in ReadOnlySequence<byte> data, ChargedBuffer message)
    {
        foreach (var segment in data)
        {
            message.Append(segment.Span);
        }
    }

    private readonly record struct FrameHeader(byte Flag, uint Length)
    {
        public bool Compressed => Flag == 1;

        public static FrameHeader Read(in ReadOnlySequence<byte> data)
        {
            Span<byte> bytes = stackalloc byte[GrpcReply.HeaderSize];
            data.Slice(0, GrpcReply.HeaderSize).CopyTo(bytes);
            return new FrameHeader(bytes[0], BinaryPrimitives.ReadUInt32BigEndian(bytes[1..]));
        }

        public RpcStatus? Check(HttpContext context, int maxSize)
        {
            if (Flag > 1)
            {
                return new RpcStatus(RpcCode.Internal, $"grpc: received unexpected payload format {Flag}");
            }

            if (Length > maxSize)
            {
                return new RpcStatus(RpcCode.ResourceExhausted, $"grpc: received message larger than max ({Length} vs. {maxSize})");
            }

            if (!Compressed)
            {
                return null;
            }

            string? encoding = context.Request.Headers.GrpcEncoding;
            return encoding switch
            {
                "gzip" => null,
                null or "" or "identity" => new RpcStatus(RpcCode.Internal, "grpc: compressed flag set with identity or empty encoding"),
                _ => new RpcStatus(RpcCode.Unimplemented, $"grpc: Decompressor is not installed for grpc-encoding \"{encoding}\"; supported are gzip and identity"),
            };
        }
    }
}
