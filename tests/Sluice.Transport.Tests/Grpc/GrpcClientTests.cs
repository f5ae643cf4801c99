using Sluice.Transport.Grpc;

namespace Sluice.Transport.Tests.Grpc;

/// <summary>The parts of a call; calls themselves are tested with the exporter that makes them.</summary>
public sealed class GrpcClientTests
{
    [Theory]
    [InlineData("0.0000001", "100n")]
    [InlineData("0.005", "5000000n")]
    [InlineData("0.5", "500000u")]
    [InlineData("5", "5000000u")]
    [InlineData("30", "30000000u")]
    [InlineData("3600", "3600000m")]
    [InlineData("864000", "864000S")]
    [InlineData("0", null)]
    [InlineData("-1", null)]
    public void A_time_limit_has_the_finest_unit_that_holds_it_in_eight_digits(string seconds, string? expected) =>
        Assert.Equal(expected, GrpcClient.FormatTimeout(TimeSpan.FromTicks((long)(decimal.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond))));

    [Fact]
    public void A_frame_begins_with_its_flag_and_length()
    {
        var header = new byte[5];
        GrpcClient.WriteHeader(header, isCompressed: true, 0x01020304);
        Assert.Equal([1, 1, 2, 3, 4], header);
        GrpcClient.WriteHeader(header, isCompressed: false, 7);
        Assert.Equal([0, 0, 0, 0, 7], header);
    }
}
