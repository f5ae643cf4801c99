using Sluice.Api.Parameters;

namespace Sluice.Api.Tests.Parameters;

public sealed class TimeParameterTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("now", 1795255200000000000)]
    [InlineData("-15m", 1795254300000000000)]
    [InlineData("now-1h30m", 1795249800000000000)]
    [InlineData("-7d", 1794650400000000000)]
    [InlineData("-300000d", long.MinValue)]
    [InlineData("1795255200", 1795255200000000000)]
    [InlineData("1795255200123", 1795255200123000000)]
    [InlineData("1795255200123456", 1795255200123456000)]
    [InlineData("1795255200123456789", 1795255200123456789)]
    [InlineData("2026-11-21T10:00:00Z", 1795255200000000000)]
    [InlineData("2026-11-21T10:00:00.123456789Z", 1795255200123456789)]
    [InlineData("2026-11-21T12:00:00.5+02:00", 1795255200500000000)]
    [InlineData("2026-11-21T12:00:00 02:00", 1795255200000000000)]
    public void Times_are_read_to_the_nanosecond(string text, long expected)
    {
        Assert.True(TimeParameter.TryParse(text, Now, out var time));
        Assert.Equal(expected, time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("15m")]
    [InlineData("now+1h")]
    [InlineData("2026-11-21")]
    [InlineData("2026-11-21T10:00:00")]
    [InlineData("2026-11-21T10:00:00.Z")]
    [InlineData("2026-11-21T10:00:00.1234567890Z")]
    [InlineData("99999999999999999999")]
    [InlineData("9999-01-01T00:00:00Z")]
    public void Anything_else_is_refused(string text) => Assert.False(TimeParameter.TryParse(text, Now, out _));
}
