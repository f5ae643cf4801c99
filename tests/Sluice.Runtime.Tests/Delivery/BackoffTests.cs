using Sluice.Runtime.Delivery;

namespace Sluice.Runtime.Tests.Delivery;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_grow_by_the_multiplier_up_to_the_longest()
    {
        var backoff = new Backoff(new RetryOptions { RandomizationFactor = 0 }, new Random(1));
        var waits = Enumerable.Range(0, 8).Select(_ => backoff.Next(null).TotalSeconds).ToArray();
        Assert.Equal([5, 7.5, 11.25, 16.875, 25.3125, 30, 30, 30], waits);
    }

    [Fact]
    public void Jitter_stays_within_its_part_and_reaches_both_sides()
    {
        var options = new RetryOptions { InitialInterval = TimeSpan.FromSeconds(10), Multiplier = 1, RandomizationFactor = 0.5 };
        var backoff = new Backoff(options, new Random(1));
        var waits = Enumerable.Range(0, 1000).Select(_ => backoff.Next(null).TotalSeconds).ToArray();
        Assert.All(waits, wait => Assert.InRange(wait, 5, 15));
        Assert.True(waits.Min() < 6 && waits.Max() > 14, $"{waits.Min()} to {waits.Max()}");
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(60, 60)]
    [InlineData(10_000_000, 86_400)]
    public void What_the_destination_asks_for_counts_when_it_is_longer_but_not_beyond_a_day(double asked, double expected)
    {
        var backoff = new Backoff(new RetryOptions { RandomizationFactor = 0 }, new Random(1));
        Assert.Equal(expected, backoff.Next(TimeSpan.FromSeconds(asked)).TotalSeconds);
    }

    [Fact]
    public void Absurd_options_still_give_waits_that_a_timer_can_run()
    {
        var options = new RetryOptions { InitialInterval = TimeSpan.FromDays(100_000), MaxInterval = TimeSpan.MaxValue, Multiplier = 1e300, RandomizationFactor = 1 };
        var backoff = new Backoff(options, new Random(1));
        Assert.All(Enumerable.Range(0, 50), _ => Assert.InRange(backoff.Next(null), TimeSpan.Zero, TimeSpan.FromDays(1)));
    }
}
