using System.Globalization;
using System.Text;
using Sluice.Telemetry.Sampling;
using Sluice.Testing;

namespace Sluice.Telemetry.Tests.Sampling;

/// <summary>
/// Vectors from the OpenTelemetry specification ("TraceState: Probability Sampling") and from the documentation and tests of the
/// Collector's probabilistic sampler.
/// </summary>
public sealed class RejectionThresholdTests
{
    [Theory]
    [InlineData(1, 4, "0")]
    [InlineData(0.75, 4, "4")]
    [InlineData(0.5, 4, "8")]
    [InlineData(0.25, 4, "c")]
    [InlineData(1 / 3.0, 3, "aab")]
    [InlineData(1 / 3.0, 4, "aaab")]
    [InlineData(0.01, 14, "fd70a3d70a3d71")]
    [InlineData(0.01, 4, "fd70a")]
    [InlineData(0.01, 3, "fd71")]
    [InlineData(0.4, 3, "99a")]
    [InlineData(0.4, 6, "99999a")]
    [InlineData(0.2, 6, "cccccd")]
    [InlineData(1 / 16384.0, 4, "fffc")]
    [InlineData(1 / 268435456.0, 4, "fffffff")]
    [InlineData(RejectionThreshold.MinProbability, 4, "ffffffffffffff")]
    public void A_probability_has_a_threshold_of_so_many_digits(double probability, int digits, string expected)
    {
        Assert.True(RejectionThreshold.TryFromProbability(probability, digits, out var threshold));

        Span<byte> text = stackalloc byte[RejectionThreshold.MaxDigits];
        Assert.Equal(expected, Encoding.ASCII.GetString(text[..threshold.Write(text)]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.5)]
    [InlineData(1.0000001)]
    [InlineData(RejectionThreshold.MinProbability / 2)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_probability_out_of_range_has_none(double probability) =>
        Assert.False(RejectionThreshold.TryFromProbability(probability, 4, out _));

    [Theory]
    [InlineData("0", 0UL)]
    [InlineData("8", 0x80000000000000UL)]
    [InlineData("80000000000000", 0x80000000000000UL)]
    [InlineData("C", 0xc0000000000000UL)]
    [InlineData("00000000000001", 1UL)]
    public void A_text_is_read_with_its_trailing_zeros_put_back(string text, ulong expected)
    {
        Assert.True(RejectionThreshold.TryParse(Encoding.ASCII.GetBytes(text), out var threshold));
        Assert.Equal(expected, threshold.Value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("g")]
    [InlineData("-1")]
    [InlineData(" 1")]
    [InlineData("0x1")]
    [InlineData("800000000000000")]
    public void What_is_no_threshold_is_not_read(string text) => Assert.False(RejectionThreshold.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void Every_threshold_reads_back_as_it_was_written_and_stands_for_its_probability()
    {
        var random = new Random(RandomSeed.Value);
        for (var number = 0; number < 2000; number++)
        {
            var probability = Math.Pow(2, -random.NextDouble() * 56);
            var digits = random.Next(1, 15);
            RandomSeed.Explain(
                number,
                () =>
                {
                    Assert.True(RejectionThreshold.TryFromProbability(probability, digits, out var threshold));
                    if (threshold == RejectionThreshold.Never)
                    {
                        return;
                    }

                    Span<byte> text = stackalloc byte[RejectionThreshold.MaxDigits];
                    Assert.True(RejectionThreshold.TryParse(text[..threshold.Write(text)], out var again));
                    Assert.Equal(threshold, again);
                    var step = Math.Pow(16, -Math.Min(digits, 14));
                    Assert.InRange(threshold.Probability, probability * (1 - (8 * step)) - RejectionThreshold.MinProbability, (probability * (1 + (8 * step))) + RejectionThreshold.MinProbability);
                },
                () => string.Create(CultureInfo.InvariantCulture, $"{probability:R} with {digits} digits"));
        }
    }

    /// <summary>The hashes of the Collector's own test of the hash of nothing and of sixteen zeros.</summary>
    [Theory]
    [InlineData(0, "00000000000000000000000000000000", 0x2455)]
    [InlineData(0, "", 0x3515)]
    public void The_low_bits_of_the_hash_decide(int seed, string bytes, int expected)
    {
        var randomness = SamplingRandomness.FromHash((uint)seed, Convert.FromHexString(bytes));

        Assert.Equal((ulong)expected, randomness & 0x3FFF);
        Assert.Equal((ulong)(0x3FFF - expected), randomness >> 42);
        Assert.True(randomness <= SamplingRandomness.Max);
    }
}
