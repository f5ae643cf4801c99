using FsCheck;
using FsCheck.Fluent;
using Sluice.Testing;

namespace Sluice.Configuration.Tests.Values;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("17", 17)]
    [InlineData("17B", 17)]
    [InlineData("64MiB", 64L << 20)]
    [InlineData("10GB", 10_000_000_000)]
    [InlineData("1kb", 1000)]
    [InlineData("1.5 KiB", 1536)]
    [InlineData("8191TiB", 8191L << 40)]
    public void A_size_is_read(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var value, out _));
        Assert.Equal(bytes, value.Bytes);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("MiB", "")]
    [InlineData("1XB", "")]
    [InlineData("1e3", "")]
    [InlineData("-1", "a size cannot be negative")]
    [InlineData("0.5B", "the size is not a whole number of bytes")]
    [InlineData("9000000TiB", "the size is beyond 64 bits")]
    [InlineData("9223372036854775808", "the size is beyond 64 bits")]
    public void What_is_no_size_is_refused(string text, string problem)
    {
        Assert.False(ByteSize.TryParse(text, out _, out var said));
        Assert.Equal(problem, said);
    }

    [Theory]
    [InlineData(64L << 20, "64MiB")]
    [InlineData(10_000_000_000, "10GB")]
    [InlineData(0, "0")]
    [InlineData(1001, "1001")]
    public void A_size_is_written_exactly_in_the_largest_unit(long bytes, string text) => Assert.Equal(text, new ByteSize(bytes).ToString());

    [Fact]
    public void What_is_written_is_read_back() =>
        Prop.ForAll(ArbMap.Default.ArbFor<DoNotSize<long>>().Filter(n => n.Item >= 0), n =>
            ByteSize.TryParse(new ByteSize(n.Item).ToString(), out var back, out _) && back.Bytes == n.Item).Check();
}
