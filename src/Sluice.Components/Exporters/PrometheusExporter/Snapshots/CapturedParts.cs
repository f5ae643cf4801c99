namespace Sluice.Components.Exporters.PrometheusExporter.Snapshots;

/// <summary>What an answer needs to know of series beside their values.</summary>
[Flags]
internal enum CapturedParts
{
    /// <summary>Nothing more.</summary>
    None = 0,

    /// <summary>The times of their last data points.</summary>
    Times = 1,

    /// <summary>Since when they count, where that is known.</summary>
    Starts = 2,

    /// <summary>Exemplars.</summary>
    Exemplars = 4,

    /// <summary>The bounds of exponential histograms, also of those that native histograms have a place for.</summary>
    Bounds = 8,
}
