using Sluice.Transport.Rpc;

namespace Sluice.Transport.Tests.Rpc;

public sealed class RpcStatusReadingTests
{
    public static TheoryData<RpcStatus> Statuses =>
    [
        new RpcStatus(RpcCode.Ok, ""),
        new RpcStatus(RpcCode.InvalidArgument, "grüße"),
        new RpcStatus(RpcCode.Unavailable, "later", TimeSpan.FromSeconds(90.25)),
        new RpcStatus(RpcCode.ResourceExhausted, "", TimeSpan.Zero),
    ];

    [Theory]
    [MemberData(nameof(Statuses))]
    public void What_is_written_is_read(RpcStatus status)
    {
        Assert.True(RpcStatus.TryRead(status.ToProtobuf(), out var read));
        Assert.Equal(status, read);
    }

    [Fact]
    public void Every_prefix_and_every_changed_byte_is_read_or_refused_without_an_exception()
    {
        var bytes = new RpcStatus(RpcCode.Unavailable, "later", TimeSpan.FromSeconds(90.25)).ToProtobuf();
        for (var length = 0; length < bytes.Length; length++)
        {
            RpcStatus.TryRead(bytes.AsSpan(0, length), out _);
            for (var value = 0; value < 256; value++)
            {
                var changed = (byte[])bytes.Clone();
                changed[length] = (byte)value;
                RpcStatus.TryRead(changed, out var read);
                Assert.True(read.RetryDelay is null || read.RetryDelay >= TimeSpan.Zero);
            }
        }
    }

    [Fact]
    public void A_delay_beyond_what_can_be_counted_is_the_longest_and_a_negative_one_is_none()
    {
        Assert.Equal(TimeSpan.MaxValue, DelayOf([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F]));
        Assert.Equal(TimeSpan.Zero, DelayOf([0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]));
    }

    /// <summary>Wraps a Duration in RetryInfo, Any and Status.</summary>
    private static TimeSpan? DelayOf(byte[] duration)
    {
        byte[] info = [0x0A, (byte)duration.Length, .. duration];
        byte[] type = "type.googleapis.com/google.rpc.RetryInfo"u8.ToArray();
        byte[] any = [0x0A, (byte)type.Length, .. type, 0x12, (byte)info.Length, .. info];
        Assert.True(RpcStatus.TryRead([0x08, 14, 0x1A, (byte)any.Length, .. any], out var status));
        return status.RetryDelay;
    }
}
