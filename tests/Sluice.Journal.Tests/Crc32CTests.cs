namespace Sluice.Journal.Tests;

/// <summary>Against the examples of RFC 3720, appendix B.4.</summary>
public sealed class Crc32CTests
{
    [Fact]
    public void The_examples_of_the_specification_hold()
    {
        Assert.Equal(0x8a9136aau, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62a8ab43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.Equal(0x46dd794eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0xe3069283u, Crc32C.Of("123456789"u8));
    }

    [Fact]
    public void It_does_not_matter_where_the_bytes_are_cut()
    {
        var bytes = Enumerable.Range(0, 100).Select(i => (byte)(i * 7)).ToArray();
        for (var i = 0; i <= bytes.Length; i++)
        {
            Assert.Equal(Crc32C.Of(bytes), Crc32C.Append(Crc32C.Of(bytes.AsSpan(0, i)), bytes.AsSpan(i)));
        }
    }

    /// <summary>Long input goes through lanes side by side; pieces too short for them are the slow way to the same.</summary>
    [Fact]
    public void Long_input_gives_what_its_short_pieces_give()
    {
        var bytes = new byte[20_000];
        new Random(1).NextBytes(bytes);
        for (var length = 0; length <= bytes.Length; length += 13)
        {
            var expected = 0xfeedu;
            foreach (var piece in bytes.Take(length).Chunk(1000))
            {
                expected = Crc32C.Append(expected, piece);
            }

            Assert.Equal(expected, Crc32C.Append(0xfeed, bytes.AsSpan(0, length)));
        }
    }
}
