using Sluice.Testing;

namespace Sluice.Load.Sending;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_are_within_two_percent_of_the_sorted_values()
    {
        var random = new Random(RandomSeed.Value);
        var halves = new[] { new LatencyHistogram(), new LatencyHistogram() };
        var values = new double[10_000];
        for (var i = 0; i < values.Length; i++)
        {
            // From some microseconds to some minutes.
            values[i] = Math.Floor(Math.Pow(10, random.NextDouble() * 8));
            halves[i % 2].Add(TimeSpan.FromMicroseconds(values[i]));
        }

        halves[0].Add(halves[1]);
        Array.Sort(values);

        Assert.Equal(values.Length, halves[0].Count);
        foreach (var share in new[] { 0.001, 0.5, 0.9, 0.99, 0.999, 1 })
        {
            var exact = values[(int)Math.Ceiling(share * values.Length) - 1] / 1000;
            Assert.InRange(halves[0].Percentile(share), exact, exact * 1.02);
        }
    }

    [Fact]
    public void Without_values_there_is_no_latency() => Assert.Equal(0, new LatencyHistogram().Percentile(0.5));
}
