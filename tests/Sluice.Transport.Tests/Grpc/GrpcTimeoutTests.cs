using Sluice.Transport.Grpc;

namespace Sluice.Transport.Tests.Grpc;

public sealed class GrpcTimeoutTests
{
    [Theory]
    [InlineData("1H", 3_600_000_000)]
    [InlineData("2M", 120_000_000)]
    [InlineData("10S", 10_000_000)]
    [InlineData("250m", 250_000)]
    [InlineData("7u", 7)]
    [InlineData("1000n", 1)]
    [InlineData("0S", 0)]
    public void A_number_with_a_unit_is_a_duration(string value, long microseconds)
    {
        Assert.True(GrpcTimeout.TryParse(value, out var timeout));
        Assert.Equal(TimeSpan.FromMicroseconds(microseconds), timeout);
    }

    [Fact]
    public void The_longest_that_eight_digits_say_is_read() => Assert.True(GrpcTimeout.TryParse("99999999H", out _));

    [Theory]
    [InlineData("")]
    [InlineData("S")]
    [InlineData("1")]
    [InlineData("1s")]
    [InlineData("-1S")]
    [InlineData("1.5S")]
    [InlineData("123456789S")]
    public void Anything_else_is_not(string value) => Assert.False(GrpcTimeout.TryParse(value, out _));
}
