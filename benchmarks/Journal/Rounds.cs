namespace Sluice.Journal.Benchmarks;

/// <summary>
/// Measures what is compared in turns, round after round: whatever else the machine does meets all sides alike, and ratios
/// hold where absolute figures do not.
/// </summary>
internal static class Rounds
{
    /// <summary>How long a side runs that has no end of its own: short, so that both sides meet the same.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromSeconds(0.2);

    /// <summary>Runs all sides; the first round of each warms up and is not counted.</summary>
    /// <returns>The samples of each side, one per round.</returns>
    public static async Task<Sample[][]> RunAsync(int rounds, params Func<Task<long>>[] sides)
    {
        var samples = Array.ConvertAll(sides, _ => new Sample[rounds]);
        for (var round = -1; round < rounds; round++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                var sample = await Sample.TakeAsync(sides[side]).ConfigureAwait(false);
                if (round >= 0)
                {
                    samples[side][round] = sample;
                }
            }
        }

        return samples;
    }

    public static double Median(this Sample[] samples, Func<Sample, double> value) => Median(samples.Select(value));

    /// <summary>The median over the rounds of how many times as long the one side takes for a group as the other.</summary>
    public static double TimeRatio(Sample[] side, Sample[] other) => Median(side.Zip(other, (a, b) => b.GroupsPerSecond / a.GroupsPerSecond));

    public static double Median(IEnumerable<double> values) => Percentile([.. values.Order()], 0.5);

    /// <summary>The value that this share of the sorted values does not exceed.</summary>
    public static T Percentile<T>(T[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];
}
