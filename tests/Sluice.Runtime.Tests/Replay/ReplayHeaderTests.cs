using Sluice.Buffers;
using Sluice.Journal;
using Sluice.Runtime.Replay;
using Sluice.Testing;

namespace Sluice.Runtime.Tests.Replay;

public sealed class ReplayHeaderTests
{
    [Fact]
    public void It_is_read_as_it_was_written()
    {
        using var buffers = new BufferPool(new() { Tracking = true });
        using var output = new PooledBufferWriter(buffers, "test");
        new ReplayHeader
        {
            FirstRecord = new RecordId(7, ulong.MaxValue),
            ReceivedUnixNano = -3,
            Replay = "0123456789ab"u8,
            Pipeline = "logs/größe"u8,
            Context = "context"u8,
        }.Write(output);
        var length = output.Length;
        output.Write("request"u8);

        Assert.True(ReplayHeader.TryRead(output.WrittenSpan, out var header));
        Assert.Equal((new RecordId(7, ulong.MaxValue), -3L, length), (header.FirstRecord, header.ReceivedUnixNano, header.Length));
        Assert.Equal("0123456789ab"u8, header.Replay);
        Assert.Equal("logs/größe"u8, header.Pipeline);
        Assert.Equal("context"u8, header.Context);
        Assert.Equal("request"u8, output.WrittenSpan[header.Length..]);
        for (var cut = 0; cut < length; cut++)
        {
            Assert.False(ReplayHeader.TryRead(output.WrittenSpan[..cut], out _));
        }
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        var random = new Random(RandomSeed.Value);
        var bytes = new byte[100];
        var read = 0;
        for (var i = 0; i < 10_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = 1;

            // Lengths that may fit, so that both answers occur.
            bytes.AsSpan(25, 7).Clear();
            bytes[25] = (byte)random.Next(64);
            bytes[27] = (byte)random.Next(64);
            bytes[28] = (byte)(random.Next(8) == 0 ? 255 : 0);
            bytes[31] = (byte)random.Next(64);
            var entry = bytes.AsSpan(0, random.Next(bytes.Length));
            if (ReplayHeader.TryRead(entry, out var header))
            {
                read++;
                Assert.InRange(header.Length, 0, entry.Length);
            }
        }

        Assert.InRange(read, 1, 9_999);
    }
}
