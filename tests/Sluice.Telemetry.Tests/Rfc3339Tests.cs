using System.Text;

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
}
