using System.Buffers.Binary;

namespace Sluice.Buffers.Tests;

public sealed class ByteKeyComparerTests
{
    private static readonly ByteKeyComparer Comparer = ByteKeyComparer.Instance;

    [Fact]
    public void Keys_are_found_by_their_content_at_every_length()
    {
        var keys = Enumerable.Range(0, 70).Select(length => Enumerable.Range(0, length).Select(at => (byte)(at * 7)).ToArray()).ToArray();
        var found = keys.ToDictionary(key => key, key => key.Length, Comparer).GetAlternateLookup<ReadOnlySpan<byte>>();

        // As a part of something larger, which must not tell.
        Assert.All(keys, key => Assert.Equal(key.Length, found[(byte[])[1, .. key, 1] is var around ? around.AsSpan(1, key.Length) : default]));
        Assert.All(keys, key => Assert.Equal(Comparer.GetHashCode(key), Comparer.GetHashCode(key.AsSpan())));
        Assert.False(found.ContainsKey([.. keys[69], 0]));
    }

    [Fact]
    public void Every_byte_of_a_key_tells_in_its_hash()
    {
        for (var length = 1; length < 70; length++)
        {
            var hashes = new HashSet<int> { Comparer.GetHashCode(new byte[length]) };
            for (var at = 0; at < length; at++)
            {
                var key = new byte[length];
                key[at] = 1;
                hashes.Add(Comparer.GetHashCode(key));
            }

            // By chance two of them are alike once in ten thousand runs, and a third never.
            Assert.InRange(hashes.Count, length, length + 1);
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(12)]
    [InlineData(40)]
    public void Keys_that_count_up_spread_over_the_places_of_a_table(int length)
    {
        const int Places = 256;
        const int Average = 64;
        var counts = new int[Places];
        var key = new byte[length];
        for (var i = 0; i < Places * Average; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(key.AsSpan(length - sizeof(int)), i);
            counts[Comparer.GetHashCode(key) & (Places - 1)]++;
        }

        // Eight times as far from the average as chance goes.
        Assert.All(counts, count => Assert.InRange(count, 1, 2 * Average));
    }
}
