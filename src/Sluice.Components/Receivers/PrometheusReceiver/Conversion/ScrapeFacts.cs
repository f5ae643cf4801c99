using System.Text;
using Sluice.Components.Receivers.PrometheusReceiver.Parsing;
using Sluice.Components.Receivers.PrometheusReceiver.Series;

namespace Sluice.Components.Receivers.PrometheusReceiver.Conversion;

/// <summary>The series that Prometheus makes of every scrape.</summary>
/// <param name="IsUp">Whether the target could be scraped.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Scraped">Samples that the target exposed.</param>
/// <param name="Kept">Samples that rules left.</param>
/// <param name="Added">Series that the scrape before had not.</param>
internal readonly record struct ScrapeFacts(bool IsUp, double Seconds, int Scraped, int Kept, int Added)
{
    private static readonly (byte[] Name, byte[] Help, byte[] Unit)[] Series =
    [
        Describe("up", "Whether the target could be scraped."),
        Describe("scrape_duration_seconds", "How long the scrape took.", "s"),
        Describe("scrape_samples_scraped", "Samples that the target exposed."),
        Describe("scrape_samples_post_metric_relabeling", "Samples that are left after relabelling."),
        Describe("scrape_series_added", "Series that were not there before."),
    ];

    public static ReadOnlySpan<byte> HelpOf(int about) => Series[about].Help;

    public static ReadOnlySpan<byte> UnitOf(int about) => Series[about].Unit;

    /// <summary>Adds the series to those of a scrape.</summary>
    /// <param name="series">Gets them.</param>
    /// <param name="job">The job of the target.</param>
    /// <param name="instance">The instance of the target.</param>
    /// <param name="attributes">Its other labels, as fields of a point.</param>
    public void AddTo(TargetSeries series, ReadOnlySpan<byte> job, ReadOnlySpan<byte> instance, ReadOnlySpan<byte> attributes)
    {
        var scope = series.ScopeOf(series.SourceOf(job, instance), ScrapedScope.Own, default, default, default);
        ReadOnlySpan<double> values = [IsUp ? 1 : 0, Seconds, Scraped, Kept, Added];
        for (var about = 0; about < values.Length; about++)
        {
            // A target may expose one of the same name: this takes its row, which is by its unit, and nothing of it holds, its unit and its time neither.
            var parts = new MetricParts(Series[about].Name, series.UcumOf(series.FamilyOf(Series[about].Name)));
            var point = series.PointOf(series.MetricOf(scope, PointShape.Gauge, parts, family: -1, about), attributes);
            ref var row = ref series.Points[point];
            (row.Value, row.TimeUnixMs, row.Detail) = (values[about], ExpositionLine.NoTime, -1);
        }
    }

    private static (byte[] Name, byte[] Help, byte[] Unit) Describe(string name, string help, string unit = "") =>
        (Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(help), Encoding.UTF8.GetBytes(unit));
}
