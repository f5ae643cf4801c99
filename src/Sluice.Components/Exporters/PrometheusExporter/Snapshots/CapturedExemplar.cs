using Sluice.Buffers;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Snapshots;

/// <summary>Exemplars among the bytes of a captured series.</summary>
internal static class CapturedExemplar
{
    /// <summary>Appends one, which may be empty.</summary>
    public static void Append(ByteScratch state, in ExemplarText exemplar)
    {
        state.Append(exemplar.Text.Length);
        if (exemplar.Text.IsEmpty)
        {
            return;
        }

        state.Append(exemplar.Text);
        state.Append(exemplar.Labels.Length);
        state.Append(exemplar.Value);
        state.Append((ulong)exemplar.TimeUnixMs);
    }

    /// <summary>Reads one back.</summary>
    public static void Load(ref SavedReader state, ref ExemplarText exemplar)
    {
        var text = state.ReadBytes();
        if (text.IsEmpty)
        {
            exemplar.Clear();
            return;
        }

        exemplar.Set(text, state.ReadInt(), state.ReadDouble(), (long)state.ReadLong());
    }
}
