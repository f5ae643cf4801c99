using Sluice.Telemetry.Encoders;

namespace Sluice.Telemetry.Tests.Encoders;

public sealed class SamplingThresholdTests
{
    [Theory]
    [InlineData("ot=th:0", "0", 1.0)]
    [InlineData("ot=th:8", "8", 0.5)]
    [InlineData("ot=th:c", "c", 0.25)]
    [InlineData("ot=rv:abcdef01234567;th:8", "8", 0.5)]
    [InlineData("congo=t61rcWkgMzE, ot=th:8;rv:1 ", "8", 0.5)]
    [InlineData("rojo=00f067aa0ba902b7,\tot=th:fd70a3d70a3d71", "fd70a3d70a3d71", 0.01)]
    [InlineData("ot=th:ffffffffffffff", "ffffffffffffff", 1.3877787807814457e-17)]
    public void A_threshold_is_found_with_its_probability(string traceState, string digits, double probability)
    {
        Assert.True(SamplingThreshold.TryRead(System.Text.Encoding.UTF8.GetBytes(traceState), out var found, out var actual));
        Assert.Equal(digits, System.Text.Encoding.UTF8.GetString(found));
        Assert.Equal(probability, actual, 1e-15);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ot=")]
    [InlineData("ot=th:")]
    [InlineData("ot=th:C")]
    [InlineData("ot=th:0123456789abcde")]
    [InlineData("ot=th:+1")]
    [InlineData("ot=rv:8")]
    [InlineData("other=th:8")]
    [InlineData("ott=th:8")]
    [InlineData("ot=xth:8")]
    public void Anything_else_is_none(string traceState) =>
        Assert.False(SamplingThreshold.TryRead(System.Text.Encoding.UTF8.GetBytes(traceState), out _, out _));
}
