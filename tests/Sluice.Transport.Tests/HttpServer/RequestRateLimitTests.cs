using Sluice.Testing;
using Sluice.Transport.HttpServer;

namespace Sluice.Transport.Tests.HttpServer;

public sealed class RequestRateLimitTests
{
    [Fact]
    public void A_second_of_requests_passes_at_once_and_then_as_time_goes_by()
    {
        var time = new ManualTimeProvider();
        var limit = new RequestRateLimit(10, time);

        Assert.Equal(10, Take(limit));
        time.Advance(TimeSpan.FromMilliseconds(300));
        Assert.Equal(3, Take(limit));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(10, Take(limit));
    }

    [Fact]
    public void One_per_second_is_one()
    {
        var time = new ManualTimeProvider();
        var limit = new RequestRateLimit(1, time);

        Assert.Equal(1, Take(limit));
        time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(0, Take(limit));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, Take(limit));
    }

    [Fact]
    public async Task Threads_together_get_no_more()
    {
        var limit = new RequestRateLimit(1000, new ManualTimeProvider());

        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Take(limit))));

        Assert.Equal(1000, taken.Sum());
    }

    private static int Take(RequestRateLimit limit)
    {
        var taken = 0;
        while (limit.TryTake())
        {
            taken++;
        }

        return taken;
    }
}
