using Sluice.Journal;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>What is known of a sum of deltas beside its value: what was saved of it and what is to be saved. Series that are no deltas have none.</summary>
internal sealed class SavedSum
{
    /// <summary>By what it is saved; 0 while it is not.</summary>
    public ulong Id { get; set; }

    /// <summary>The stream that it is saved as a series of; null while it is not.</summary>
    public MetricStream? Stream { get; set; }

    /// <summary>The stream whose delta changed it since it was saved; null when none did.</summary>
    public MetricStream? ChangedBy { get; set; }

    /// <summary>The encoded attributes that <see cref="ChangedBy"/> has for it; null when it is saved, since they are there then.</summary>
    public byte[]? Attributes { get; set; }

    /// <summary>Data points of records before this position are in the sum that was restored.</summary>
    public RecordId Covered { get; init; }
}
