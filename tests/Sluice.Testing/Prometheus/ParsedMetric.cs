namespace Sluice.Testing.Prometheus;

/// <summary>What was read of a metric.</summary>
public sealed class ParsedMetric(string name)
{
    public string Name => name;

    public string? Type { get; set; }

    public string? Unit { get; set; }

    public string? Help { get; set; }

    public List<ParsedSample> Samples { get; } = [];
}

/// <summary>A sample; its time in milliseconds.</summary>
public sealed record ParsedSample(string Name, List<(string Name, string Value)> Labels, double Value, double? Time, ParsedExemplar? Exemplar);

/// <summary>An exemplar; its time in milliseconds.</summary>
public sealed record ParsedExemplar(List<(string Name, string Value)> Labels, double Value, double? Time);
