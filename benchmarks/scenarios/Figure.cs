namespace Sluice.Scenarios;

/// <summary>The median of what the rounds gave, with the least and the most.</summary>
internal readonly record struct Figure(double Median, double Min, double Max)
{
    /// <summary>Summarizes the rounds.</summary>
    public static Figure Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        var half = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Figure(Round(median), Round(sorted[0]), Round(sorted[^1]));
    }

    /// <summary>More digits than these mean nothing.</summary>
    public static double Round(double value) => Math.Round(value, value < 10 ? 3 : 1);
}
