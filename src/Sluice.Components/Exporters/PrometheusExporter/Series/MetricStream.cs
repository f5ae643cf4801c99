using System.Text;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter.Labels;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>One metric of one source, as it sends it: the series of a stream differ in the attributes of their data points.</summary>
internal sealed class MetricStream(long id, byte[] key, MetricSource source, string name, DataKind kind, byte[] unit, bool isMonotonic, bool isDelta, MetricFamily? family)
{
    public long Id => id;

    public byte[] Key => key;

    public MetricSource Source => source;

    /// <summary>Its name in OpenTelemetry.</summary>
    public string Name => name;

    public DataKind Kind => kind;

    /// <summary>Its unit in OpenTelemetry.</summary>
    public byte[] Unit => unit;

    public bool IsMonotonic => isMonotonic;

    public bool IsDelta => isDelta;

    /// <summary>What it is exposed as; null when that conflicts with another metric.</summary>
    public MetricFamily? Family => family;

    /// <summary>Whether the store remembers it; not before it has a place there.</summary>
    public bool IsKept { get; set; }

    /// <summary>How the attributes of its last data point became labels: mostly those of the next do so, too. Null before the first.</summary>
    public LabelPlan? Plan { get; set; }

    /// <summary>When a data point came last, in milliseconds of the store's clock.</summary>
    public long SeenMs { get; set; }

    /// <summary>By what it is saved; 0 while it is not.</summary>
    public ulong SavedId { get; set; }

    /// <summary>Its series that are saved.</summary>
    public int SavedSeries { get; set; }

    /// <summary>A series of it that another source writes was reported.</summary>
    public bool DuplicateReported { get; set; }

    /// <summary>A series of it that it writes with other attributes was reported.</summary>
    public bool AttributesReported { get; set; }

    /// <summary>A data point of it that was older than the last of its series was reported.</summary>
    public bool OutOfOrderReported { get; set; }

    /// <summary>A data point of it that could not be taken as it is was reported.</summary>
    public bool MalformedReported { get; set; }

    /// <summary>What tells it from other metrics of its source, for people.</summary>
    public string Description => $"{name} ({(kind == DataKind.Sum && !isMonotonic ? "up-and-down " : "")}{kind}{(isDelta ? " of deltas" : "")}, unit \"{Encoding.UTF8.GetString(unit)}\")";

    /// <summary>For people.</summary>
    public override string ToString() => $"{name} of {source}";
}
