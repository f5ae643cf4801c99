using System.Text;

namespace Sluice.Load.Ids;

public sealed class RecordMarkerTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 99)]
    [InlineData(RecordMarker.MaxRun - 1, (1L << 40) - 1)]
    public void What_is_written_is_read(int run, long sequence)
    {
        var text = Encoding.ASCII.GetBytes("before ~id:0000000000000000 behind");
        RecordMarker.Write(text.AsSpan("before ~id:".Length, RecordMarker.Digits), RecordMarker.ToId(run, sequence));
        ReadOnlySpan<byte> left = text;

        Assert.True(RecordMarker.TryReadNext(ref left, out var id));

        Assert.Equal((run, sequence), RecordMarker.Split(id));
        Assert.Equal(" behind", Encoding.ASCII.GetString(left));
        Assert.False(RecordMarker.TryReadNext(ref left, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("~id:")]
    [InlineData("~id:000000000000000")]
    [InlineData("~id:00000000000000zz and more")]
    [InlineData("id:0000000000000001")]
    public void What_is_no_marker_is_not_read(string text)
    {
        ReadOnlySpan<byte> left = Encoding.ASCII.GetBytes(text);

        Assert.False(RecordMarker.TryReadNext(ref left, out _));
    }

    [Fact]
    public void A_marker_behind_something_that_begins_like_one_is_read()
    {
        ReadOnlySpan<byte> left = "~id:~id:~id:00000000000000000a"u8;

        Assert.True(RecordMarker.TryReadNext(ref left, out var id));

        Assert.Equal(0UL, id);
        Assert.Equal("0a", Encoding.ASCII.GetString(left));
    }
}
