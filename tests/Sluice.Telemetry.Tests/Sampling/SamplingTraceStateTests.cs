using System.Text;
using Sluice.Telemetry.Sampling;

namespace Sluice.Telemetry.Tests.Sampling;

public sealed class SamplingTraceStateTests
{
    [Theory]
    [InlineData("", "", "")]
    [InlineData("vendor=value", "", "")]
    [InlineData("ot=th:c", "c", "")]
    [InlineData("ot=rv:9b8233f7e3a151;th:0", "0", "9b8233f7e3a151")]
    [InlineData("a=b, ot=th:8;x:y ,tenant@vendor=v", "8", "")]
    [InlineData("a=b,,\t,ot=x:", "", "")]
    [InlineData("ot=th:1,ot=th:2", "2", "")]
    [InlineData("other=th:8", "", "")]
    public void Threshold_and_randomness_are_found(string text, string threshold, string randomness)
    {
        Assert.True(SamplingTraceState.TryRead(Encoding.UTF8.GetBytes(text), out var state));
        Assert.Equal((threshold, randomness), (Encoding.UTF8.GetString(state.ThresholdText), Encoding.UTF8.GetString(state.RandomnessText)));
        Assert.Equal((threshold.Length > 0, randomness.Length > 0), (state.HasThreshold, state.HasRandomness));
    }

    [Theory]
    [InlineData("ot")]
    [InlineData("=th:8")]
    [InlineData("ot=")]
    [InlineData("ot=th")]
    [InlineData("ot=th:")]
    [InlineData("ot=th:8;")]
    [InlineData("ot=;th:8")]
    [InlineData("ot=Th:8")]
    [InlineData("ot=th:8 ;a:b")]
    [InlineData("ot=th:-1")]
    [InlineData("ot=th:abababababababab")]
    [InlineData("ot=rv:abababababababab")]
    [InlineData("ot=rv:abc")]
    [InlineData("ot=th:zz,ot=th:8")]
    [InlineData("Key=v")]
    [InlineData("1key=v")]
    [InlineData("a=v=w")]
    [InlineData("a=\u007f")]
    [InlineData("a=ä")]
    [InlineData("@vendor=v")]
    [InlineData("t@=v")]
    [InlineData("t@1=v")]
    [InlineData("t@abcdefghijklmno=v")]
    [InlineData("a@b@c=v")]
    public void What_is_not_of_the_syntax_is_not_read(string text) => Assert.False(SamplingTraceState.TryRead(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Limits_hold()
    {
        Assert.True(Reads("a=" + new string('v', 256)));
        Assert.False(Reads("a=" + new string('v', 257)));
        Assert.True(Reads(new string('k', 256) + "=v"));
        Assert.False(Reads(new string('k', 257) + "=v"));
        Assert.True(Reads(new string('t', 241) + "@v=v"));
        Assert.False(Reads(new string('t', 242) + "@v=v"));
        Assert.True(Reads(string.Join(',', Enumerable.Range(0, 31).Select(i => $"k{i}=v"))));
        Assert.False(Reads(string.Join(',', Enumerable.Range(0, 32).Select(i => $"k{i}=v"))));
        Assert.False(Reads(string.Join(',', Enumerable.Range(0, 5).Select(i => $"k{i}=" + new string('v', 220)))));

        static bool Reads(string text) => SamplingTraceState.TryRead(Encoding.UTF8.GetBytes(text), out _);
    }

    [Theory]
    [InlineData("", "8", "", "ot=th:8")]
    [InlineData("a=b", "8", "", "ot=th:8,a=b")]
    [InlineData("a=b , ot=th:4;x:y;rv:9b8233f7e3a151,c=d", "8", "9b8233f7e3a151", "ot=rv:9b8233f7e3a151;th:8;x:y,a=b,c=d")]
    [InlineData("ot=th:4;x:y", "", "", "ot=x:y")]
    [InlineData("ot=th:4", "", "", "")]
    public void It_is_written_with_its_own_member_first(string text, string threshold, string randomness, string expected)
    {
        Assert.True(SamplingTraceState.TryRead(Encoding.UTF8.GetBytes(text), out var state));

        Span<byte> written = stackalloc byte[SamplingTraceState.MaxWrittenLength];
        var length = state.Write(Encoding.UTF8.GetBytes(threshold), Encoding.UTF8.GetBytes(randomness), written);

        Assert.Equal(expected, Encoding.UTF8.GetString(written[..length]));
    }
}
