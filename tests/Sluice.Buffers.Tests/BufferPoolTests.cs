using Sluice.Testing;

namespace Sluice.Buffers.Tests;

public sealed class BufferPoolTests
{
    [Theory]
    [InlineData(0, 4096)]
    [InlineData(1, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, 8192)]
    [InlineData(30_000, 32_768)]
    [InlineData(32 << 20, 32 << 20)]
    [InlineData((32 << 20) + 1, (32 << 20) + 1)]
    public void A_rent_gets_the_smallest_class_that_holds_it(int length, int capacity)
    {
        using var pool = new BufferPool();
        Assert.Equal(capacity, BufferPool.CapacityFor(length));
        using var buffer = pool.Rent(length, "test");
        Assert.Equal(capacity, buffer.Capacity);
        Assert.Equal((1, (long)capacity), (pool.RentedCount, pool.RentedBytes));
    }

    [Fact]
    public void A_returned_buffer_is_handed_out_again_and_one_above_the_largest_class_is_not_kept()
    {
        using var pool = new BufferPool();
        var first = pool.Rent(5000, "test");
        first.Dispose();
        Assert.Equal(8192, pool.RetainedBytes);
        using var second = pool.Rent(8000, "test");
        Assert.Same(first, second);
        Assert.Equal(0, pool.RetainedBytes);
        pool.Rent(BufferPool.MaximumSize + 1, "test").Dispose();
        Assert.Equal(0, pool.RetainedBytes);
    }

    [Fact]
    public void What_is_kept_is_capped_and_large_buffers_make_way_for_small_ones()
    {
        using var pool = new BufferPool(new() { MaxRetainedBytes = 64 << 10 });
        var large = pool.Rent(64 << 10, "test");
        var small = pool.Rent(4 << 10, "test");
        var larger = pool.Rent(128 << 10, "test");
        large.Dispose();
        larger.Dispose();
        Assert.Equal(64 << 10, pool.RetainedBytes);
        small.Dispose();
        Assert.Equal(4 << 10, pool.RetainedBytes);
        using var again = pool.Rent(1, "test");
        Assert.Same(small, again);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_second_return_is_an_error(bool tracking)
    {
        using var pool = new BufferPool(new() { Tracking = tracking });
        var buffer = pool.Rent(1, "test");
        buffer.Dispose();
        Assert.Throws<InvalidOperationException>(buffer.Dispose);
        Assert.Equal((0, 0L), (pool.RentedCount, pool.RentedBytes));
    }

    [Fact]
    public void Tracking_finds_a_second_return_even_after_another_rent_and_shows_late_readers_a_pattern()
    {
        using var pool = new BufferPool(new() { Tracking = true });
        var buffer = pool.Rent(1, "first owner");
        buffer.Dispose();
        using var other = pool.Rent(1, "second owner");
        Assert.Throws<InvalidOperationException>(buffer.Dispose);
        Assert.Equal(-1, buffer.Span.IndexOfAnyExcept((byte)0xDD));
    }

    [Fact]
    public void Disposing_with_buffers_out_names_their_renters()
    {
        var pool = new BufferPool(new() { Tracking = true });
        pool.Rent(1, "the forgetful").Dispose();
        var leaked = pool.Rent(10_000, "the guilty");
        var error = Assert.Throws<BufferLeakException>(pool.Dispose);
        Assert.Contains("1 pooled buffers were not returned", error.Message, StringComparison.Ordinal);
        Assert.Contains("the guilty (16384 bytes)", error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Disposing_with_buffers_out_names_their_renters), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("the forgetful", error.Message, StringComparison.Ordinal);
        leaked.Dispose();
        pool.Dispose();
    }

    [Fact]
    public void A_buffer_that_comes_back_after_the_pool_has_gone_is_not_kept()
    {
        var pool = new BufferPool();
        var late = pool.Rent(1, "test");
        Assert.Throws<BufferLeakException>(pool.Dispose);
        late.Dispose();
        Assert.Equal((0L, 0), (pool.RetainedBytes, pool.RentedCount));
    }

    [Fact]
    public void Renting_and_returning_allocates_nothing_once_warm()
    {
        using var pool = new BufferPool();
        Assert.Equal(0, Allocations.Least(() => Run(1_000)));

        void Run(int times)
        {
            for (var i = 0; i < times; i++)
            {
                using var a = pool.Rent(30_000, "test");
                using var b = pool.Rent(30_000, "test");
            }
        }
    }

    [Fact]
    public async Task No_buffer_has_two_owners_at_once()
    {
        using var pool = new BufferPool(new() { MaxRetainedBytes = 128 << 10 });
        await Task.WhenAll(Enumerable.Range(1, 4).Select(owner => Task.Run(() =>
        {
            var random = new Random(owner);
            for (var i = 0; i < 5_000; i++)
            {
                using var buffer = pool.Rent(random.Next(1, 40_000), "test");
                buffer.Span.Fill((byte)owner);
                Thread.Yield();
                Assert.Equal(-1, buffer.Span.IndexOfAnyExcept((byte)owner));
            }
        })));
        Assert.Equal((0, 0L), (pool.RentedCount, pool.RentedBytes));
        Assert.InRange(pool.RetainedBytes, 1, 128 << 10);
    }
}
