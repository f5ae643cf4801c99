namespace Sluice.Testing.Expositions;

/// <summary>What a page of metrics is to a reader.</summary>
public enum ExpositionVerdict
{
    /// <summary>Right: every sample is taken.</summary>
    Right,

    /// <summary>Not as its specification has it, in what its lines mean together; taken all the same, as Prometheus does: the lines themselves can be read.</summary>
    Lenient,

    /// <summary>Wrong: the scrape fails.</summary>
    Wrong,
}

/// <summary>A page of metrics of a published collection of cases, in our own writing.</summary>
/// <param name="Name">What is special about it.</param>
/// <param name="Page">The page.</param>
/// <param name="IsOpenMetrics">Whether it is OpenMetrics; otherwise the text format.</param>
/// <param name="Verdict">What it is to a reader.</param>
public sealed record ExpositionCase(string Name, string Page, bool IsOpenMetrics, ExpositionVerdict Verdict)
{
    /// <summary>Whether Prometheus 2.42 refuses what the format allows, or newer versions take: times before 1970, exemplars of more than buckets and totals.</summary>
    public bool IsRefusedByPrometheus242 { get; init; }

    /// <summary>For the names of tests.</summary>
    public override string ToString() => $"{(IsOpenMetrics ? "OpenMetrics" : "text")}: {Name}";
}
