using System.Globalization;
using System.Text;

namespace Sluice.Components.Connectors.SpanMetricsConnector;

/// <summary>What makes the series, as text.</summary>
internal static class SpanMetricsFingerprint
{
    /// <summary>What a state depends on: options that only say when and under which names something is given out do not count.</summary>
    public static string Of(SpanMetricsConnectorOptions options)
    {
        var text = new StringBuilder("2");
        AddDimensions("dimensions", options.Dimensions);
        AddDimensions("calls", options.CallsDimensions);
        AddDimensions("durations", options.Histogram.Dimensions);
        AddDimensions("events", options.Events.Enabled ? options.Events.Dimensions : []);
        Add("without", options.ExcludeDimensions.Order(StringComparer.Ordinal));
        Add("scopes", options.IncludeInstrumentationScope.Order(StringComparer.Ordinal));
        Add("resources", options.ResourceMetricsKeyAttributes.Order(StringComparer.Ordinal));
        text.Append(CultureInfo.InvariantCulture, $"|{options.AddResourceAttributes}|{options.AggregationTemporality}|{options.Events.Enabled}|{options.Histogram.Disable}|{options.Histogram.Unit}|{options.EnableMetricsSamplingMethod}");
        text.Append(CultureInfo.InvariantCulture, $"|{options.Histogram.Exponential?.MaxSize}");
        Add("bounds", (options.Histogram.Explicit ?? new ExplicitOptions()).Buckets.Select(bound => bound.Ticks.ToString(CultureInfo.InvariantCulture)));
        return text.ToString();

        void Add(string name, IEnumerable<string> values) =>
            text.Append('|').Append(name).Append('=').AppendJoin(',', values.Select(value => $"{value.Length.ToString(CultureInfo.InvariantCulture)}:{value}"));

        void AddDimensions(string name, IEnumerable<DimensionOptions> dimensions) =>
            Add(name, dimensions.Select(dimension => $"{dimension.Name}={(dimension.Default is null ? "-" : "+" + dimension.Default)}"));
    }
}
