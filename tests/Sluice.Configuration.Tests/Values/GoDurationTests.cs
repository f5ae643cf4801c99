using FsCheck;
using FsCheck.Fluent;
using Sluice.Testing;

namespace Sluice.Configuration.Tests.Values;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("300ms", 3_000_000)]
    [InlineData("1h15m", 45_000_000_000)]
    [InlineData("1.5s", 15_000_000)]
    [InlineData("-1s", -10_000_000)]
    [InlineData("+.5s", 5_000_000)]
    [InlineData("1us", 10)]
    [InlineData("1µs", 10)]
    [InlineData("1μs", 10)]
    [InlineData("100ns", 1)]
    [InlineData("1ns", 1)]
    [InlineData("-1ns", -1)]
    public void A_duration_is_read(string text, long ticks)
    {
        Assert.True(GoDuration.TryParse(text, out var value, out _));
        Assert.Equal(ticks, value.Ticks);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5 s")]
    [InlineData("5d")]
    [InlineData("1.2.3s")]
    [InlineData("1h-5m")]
    [InlineData("9999999999999h")]
    [InlineData("99999999999999999999999999999999999999s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(45_000_000_000, "1h15m")]
    [InlineData(15_000_000, "1.5s")]
    [InlineData(3_000_000, "300ms")]
    [InlineData(15, "1.5us")]
    [InlineData(1, "100ns")]
    [InlineData(-36_000_000_000, "-1h")]
    public void A_duration_is_written_in_its_shortest_form(long ticks, string text) => Assert.Equal(text, GoDuration.Format(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DoNotSize<long>>().Filter(ticks => ticks.Item != long.MinValue), ticks =>
        {
            var value = TimeSpan.FromTicks(ticks.Item);
            return GoDuration.TryParse(GoDuration.Format(value), out var back, out _) && back == value;
        }).Check();
}
