using Sluice.Transport.Rpc;

namespace Sluice.Transport.Grpc;

/// <summary>The answer to a unary call.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Frame">The framed response message; of use only when the status is OK.</param>
public readonly record struct GrpcReply(RpcStatus Status, ReadOnlyMemory<byte> Frame)
{
    /// <summary>Bytes before a message: a flag for compression and the length.</summary>
    public const int HeaderSize = 5;

    /// <summary>The frame of an empty message, which is the default of every message type.</summary>
    public static ReadOnlyMemory<byte> EmptyFrame { get; } = new byte[HeaderSize];

    /// <summary>A failure.</summary>
    public static GrpcReply Failed(RpcStatus status) => new(status, default);

    /// <summary>Puts the header before a message.</summary>
    public static byte[] ToFrame(ReadOnlySpan<byte> message)
    {
        var frame = new byte[HeaderSize + message.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }
}
