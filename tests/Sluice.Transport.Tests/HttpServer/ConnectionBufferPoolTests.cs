using System.Buffers;
using System.Runtime.InteropServices;
using Sluice.Transport.HttpServer;

namespace Sluice.Transport.Tests.HttpServer;

public sealed class ConnectionBufferPoolTests
{
    [Fact]
    public void Buffers_are_large_until_there_are_enough_of_them()
    {
        using var pool = new ConnectionBufferPool();
        var rented = Rent(pool, ConnectionBufferPool.MaxLarge);

        using var beyond = pool.Rent(2048);
        rented[0].Dispose();
        using var again = pool.Rent();

        Assert.All(rented.Skip(1), buffer => Assert.Equal(ConnectionBufferPool.LargeSize, buffer.Memory.Length));
        Assert.Equal((ConnectionBufferPool.SmallSize, ConnectionBufferPool.LargeSize), (beyond.Memory.Length, again.Memory.Length));
    }

    [Fact]
    public void What_comes_back_is_handed_out_again_and_nobody_else_has_it_meanwhile()
    {
        using var pool = new ConnectionBufferPool();
        const int Count = ConnectionBufferPool.MaxLarge + 10;
        var first = Rent(pool, Count);
        var arrays = first.Select(ArrayOf).ToHashSet();
        first.ForEach(buffer => buffer.Dispose());

        var second = Rent(pool, Count).Select(ArrayOf).ToHashSet();

        Assert.Equal(Count, arrays.Count);
        Assert.Equal(arrays, second);
    }

    [Fact]
    public void Giving_back_twice_gives_back_once()
    {
        using var pool = new ConnectionBufferPool();
        var buffer = pool.Rent();
        buffer.Dispose();
        buffer.Dispose();

        Assert.NotSame(ArrayOf(pool.Rent()), ArrayOf(pool.Rent()));
    }

    [Fact]
    public void No_more_small_buffers_are_kept_than_may_be()
    {
        using var pool = new ConnectionBufferPool();
        _ = Rent(pool, ConnectionBufferPool.MaxLarge);
        const int Count = ConnectionBufferPool.MaxKeptSmall + 100;
        var first = Rent(pool, Count);
        var arrays = first.Select(ArrayOf).ToHashSet();
        first.ForEach(buffer => buffer.Dispose());

        var kept = Rent(pool, Count).Select(ArrayOf).Count(arrays.Contains);

        Assert.Equal(ConnectionBufferPool.MaxKeptSmall, kept);
    }

    [Fact]
    public void More_than_a_small_buffer_may_not_be_asked_for()
    {
        using var pool = new ConnectionBufferPool();

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(pool.MaxBufferSize + 1));
    }

    private static List<IMemoryOwner<byte>> Rent(ConnectionBufferPool pool, int count) => [.. Enumerable.Range(0, count).Select(_ => pool.Rent())];

    private static byte[] ArrayOf(IMemoryOwner<byte> owner) => MemoryMarshal.TryGetArray<byte>(owner.Memory, out var segment) ? segment.Array! : throw new InvalidOperationException();
}
