using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Sluice.Testing;

namespace Sluice.Telemetry.Tests;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1_700_000_000_000_000_000, "2023-11-14T22:13:20Z")]
    [InlineData(1_700_000_000_120_000_000, "2023-11-14T22:13:20.120Z")]
    [InlineData(1_700_000_000_000_120_000, "2023-11-14T22:13:20.000120Z")]
    [InlineData(1_700_000_000_000_000_001, "2023-11-14T22:13:20.000000001Z")]
    [InlineData(ulong.MaxValue, "2554-07-21T23:34:33.709551615Z")]
    public void The_shortest_text_has_digits_in_threes(ulong unixNano, string text)
    {
        var space = new byte[Rfc3339.Length];
        Assert.Equal(text, Encoding.ASCII.GetString(space, 0, Rfc3339.WriteShortest(unixNano, space)));
    }

    [Theory]
    [InlineData("1970-01-01T00:00:01Z", 1_000_000_000)]
    [InlineData("2023-11-14t22:13:20.12z", 1_700_000_000_120_000_000)]
    [InlineData("2023-11-14T23:43:20+01:30", 1_700_000_000_000_000_000)]
    [InlineData("2023-11-14T20:13:20.1234567899-02:00", 1_700_000_000_123_456_789)]
    [InlineData("2016-12-31T23:59:60Z", 1_483_228_800_000_000_000)]
    [InlineData("1969-12-31T23:59:59Z", 0)]
    [InlineData("9999-12-31T23:59:59Z", 0)]
    [InlineData("2262-04-11T23:47:16.9Z", 0)]
    public void A_time_is_read(string text, ulong unixNano)
    {
        Assert.True(Rfc3339.TryParse(Encoding.ASCII.GetBytes(text), out var actual));
        Assert.Equal(unixNano, actual);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2023-11-14")]
    [InlineData("2023-11-14T22:13:20")]
    [InlineData("2023-11-14 22:13:20Z")]
    [InlineData("2023-11-14T22:13Z")]
    [InlineData("2023-11-14T22:13:20.Z")]
    [InlineData("2023-11-14T24:00:00Z")]
    [InlineData("2023-11-14T22:60:00Z")]
    [InlineData("2023-11-31T00:00:00Z")]
    [InlineData("2023-13-01T00:00:00Z")]
    [InlineData("2023-00-01T00:00:00Z")]
    [InlineData("2023-11-14T22:13:20+0100")]
    [InlineData("2023-11-14T22:13:20+01")]
    [InlineData("2023-11-14T22:13:20Z ")]
    [InlineData("+023-11-14T22:13:20Z")]
    public void What_is_no_time_is_refused(string text) => Assert.False(Rfc3339.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DoNotSize<long>>(), ticks =>
        {
            var unixNano = (ulong)ticks.Item % (9_223_372_035UL * 1_000_000_000);
            var space = new byte[Rfc3339.Length];
            return Rfc3339.TryParse(space.AsSpan(0, Rfc3339.WriteShortest(unixNano, space)), out var back) && back == unixNano;
        }).Check();
}
