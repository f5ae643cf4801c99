namespace Sluice.Telemetry.Tests;

public sealed class AnyValueTests
{
    [Theory]
    [InlineData("1807", 7)]
    [InlineData("18C801", 200)]
    [InlineData("18FFFFFFFFFFFFFFFFFF01", -1)]
    [InlineData("188000", 0)]
    [InlineData("0A016118C801", 200)]
    [InlineData("18011802", 2)]
    [InlineData("180150FF01", 1)]
    public void Numbers_are_read_alone_and_behind_what_they_replace(string message, long expected)
    {
        var value = AnyValue.Read(Convert.FromHexString(message));

        Assert.Equal((AnyValueKind.Int, expected), (value.Kind, value.Int));
    }

    [Theory]
    [InlineData("18010A0161", AnyValueKind.String)]
    [InlineData("18011001", AnyValueKind.Bool)]
    [InlineData("", AnyValueKind.Empty)]
    [InlineData("18", AnyValueKind.Empty)]
    [InlineData("1880", AnyValueKind.Empty)]
    [InlineData("18FFFFFFFFFFFFFFFFFFFF01", AnyValueKind.Empty)]
    public void The_last_member_counts_and_what_is_cut_is_none(string message, AnyValueKind expected) =>
        Assert.Equal(expected, AnyValue.Read(Convert.FromHexString(message)).Kind);
}
