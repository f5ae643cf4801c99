namespace Sluice.Buffers.Tests;

public sealed class ByteBudgetTests
{
    [Fact]
    public void A_reservation_fits_or_takes_nothing()
    {
        var budget = new ByteBudget("intake", 100);
        Assert.True(budget.TryReserve(60));
        Assert.False(budget.TryReserve(41));
        Assert.True(budget.TryReserve(40));
        Assert.False(budget.TryReserve(long.MaxValue));
        Assert.Equal((100L, 2L), (budget.Used, budget.Refusals));
        budget.Release(100);
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void Releasing_more_than_was_reserved_is_an_error()
    {
        var budget = new ByteBudget("intake", 100);
        Assert.True(budget.TryReserve(10));
        Assert.Contains("'intake'", Assert.Throws<InvalidOperationException>(() => budget.Release(11)).Message, StringComparison.Ordinal);
        Assert.Equal(10, budget.Used);
        Assert.Throws<ArgumentOutOfRangeException>(() => budget.TryReserve(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => budget.Release(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ByteBudget("none", 0));
    }

    [Fact]
    public async Task Concurrent_reservations_never_exceed_the_limit_nor_refuse_what_fits()
    {
        // Three of four may always have their 30; the fourth asks for more than is ever left and must not get in their way.
        var budget = new ByteBudget("shared", 100);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => Task.Run(() =>
        {
            for (var n = 0; n < 50_000; n++)
            {
                if (i == 3)
                {
                    Assert.False(budget.TryReserve(101));
                    continue;
                }

                Assert.True(budget.TryReserve(30));
                Assert.InRange(budget.Used, 30, 90);
                budget.Release(30);
            }
        })));
        Assert.Equal((0L, 50_000L), (budget.Used, budget.Refusals));
    }
}
