using Sluice.Testing;

namespace Sluice.Buffers.Tests;

public sealed class PooledBufferWriterTests
{
    [Fact]
    public void Whatever_is_written_in_whatever_pieces_is_there_in_order()
    {
        var random = new Random(RandomSeed.Value);
        using var pool = new BufferPool(new() { Tracking = true });
        using var writer = new PooledBufferWriter(pool, "test");
        var expected = new List<byte>();
        for (var i = 0; i < 2_000; i++)
        {
            var piece = new byte[random.Next(200)];
            random.NextBytes(piece);
            switch (random.Next(5))
            {
                case 0:
                    writer.Write(piece);
                    break;
                case 1:
                    piece.CopyTo(writer.GetSpan(piece.Length));
                    writer.Advance(piece.Length);
                    break;
                case 2:
                    piece.CopyTo(writer.GetMemory(piece.Length).Span);
                    writer.Advance(piece.Length);
                    break;
                case 3:
                    piece = [(byte)i];
                    writer.WriteByte(piece[0]);
                    break;
                default:
                    piece = [];
                    expected.RemoveRange(expected.Count - (expected.Count / 10), expected.Count / 10);
                    writer.Truncate(expected.Count);
                    break;
            }

            expected.AddRange(piece);
            Assert.True(writer.Length == expected.Count, $"SLUICE_SEED={RandomSeed.Value}");
        }

        Assert.True(writer.WrittenSpan.SequenceEqual(expected.ToArray()), $"SLUICE_SEED={RandomSeed.Value}");
        Assert.True(writer.WrittenMemory.Span.SequenceEqual(writer.WrittenForUpdate), $"SLUICE_SEED={RandomSeed.Value}");
    }

    [Fact]
    public void It_grows_by_doubling_beyond_the_largest_class_too_and_holds_one_buffer()
    {
        using var pool = new BufferPool();
        using var writer = new PooledBufferWriter(pool, "test");
        var piece = new byte[1 << 20];
        var growths = 0;
        for (var i = 0; i < 80; i++)
        {
            var before = writer.Capacity;
            writer.Write(piece);
            growths += writer.Capacity != before ? 1 : 0;
            Assert.Equal((1, (long)writer.Capacity), (pool.RentedCount, pool.RentedBytes));
        }

        Assert.InRange(growths, 1, 9);
    }

    [Fact]
    public void Clearing_keeps_the_memory_and_disposing_returns_it()
    {
        using var pool = new BufferPool();
        var writer = new PooledBufferWriter(pool, "test");
        Assert.Equal((0, 0), (writer.Capacity, writer.WrittenSpan.Length));
        writer.Write("abc"u8);
        writer.Clear();
        Assert.Equal((0, BufferPool.MinimumSize, 1), (writer.Length, writer.Capacity, pool.RentedCount));
        writer.Dispose();
        Assert.Equal((0, 0), (writer.Capacity, pool.RentedCount));
        writer.WriteByte(1);
        Assert.Equal(1, writer.Length);
        writer.Dispose();
        writer.Dispose();
    }

    [Fact]
    public void Advancing_or_cutting_beyond_what_is_there_is_an_error()
    {
        using var pool = new BufferPool();
        using var writer = new PooledBufferWriter(pool, "test");
        writer.Write("abc"u8);
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(writer.Capacity));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Advance(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Truncate(4));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Truncate(-1));
    }
}
