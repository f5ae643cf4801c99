using Sluice.Buffers;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Snapshots;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Series;

/// <summary>
/// One combination of labels of a metric, with what it was last. There are many of them, so that a field is here only if every series needs it.
/// Changed and read under the lock of its store; labels never change.
/// </summary>
/// <param name="frame">What it has in common with others of its labels.</param>
/// <param name="values">The values of the others, as <see cref="LabelValues"/> encodes them.</param>
/// <param name="hash">By <see cref="PointIndex.HashOf"/>.</param>
/// <param name="owner">Who writes it first.</param>
internal abstract class MetricPoint(LabelFrame frame, byte[] values, int hash, MetricStream owner)
{
    /// <summary>The metric; that of whoever writes it.</summary>
    public MetricFamily Family => Owner.Family!;

    /// <summary>What it has in common with others of its labels.</summary>
    public LabelFrame Frame => frame;

    /// <summary>The values of the others, as <see cref="LabelValues"/> encodes them.</summary>
    public byte[] Values => values;

    /// <summary>The hash of metric and labels.</summary>
    public int Hash => hash;

    /// <summary>What follows it in its <see cref="PointIndex"/>, to which this belongs.</summary>
    public MetricPoint? NextInBucket { get; set; }

    /// <summary>Who writes it.</summary>
    public MetricStream Owner { get; set; } = owner;

    /// <summary>With which attributes, by <see cref="LabelPlan.PrintOf"/>: others may have the same labels.</summary>
    public ulong AttributesPrint { get; set; }

    /// <summary>Since when its source says that it counts, in nanoseconds since 1970; 0 when it does not say. Set by <see cref="BeginAt"/>.</summary>
    public ulong StartUnixNano { get; private set; }

    /// <summary>Time of the last data point, in nanoseconds since 1970.</summary>
    public ulong TimeUnixNano { get; set; }

    /// <summary>When that came, in milliseconds of the store's clock.</summary>
    public long SeenMs { get; set; }

    /// <summary>Whether its source said that there is no value now.</summary>
    public bool IsStale { get; set; }

    /// <summary>
    /// Whether the start is that of the first data point itself: then the source does not know it (OTLP, "cumulative streams: handling unknown start
    /// time"), and what was counted until then was counted before.
    /// </summary>
    public bool IsStartUnknown { get; private set; }

    /// <summary>
    /// Whether it took the place of a sum under the same labels. Then its start never moves back: what was counted before would seem to have been taken
    /// away without a reset.
    /// </summary>
    public bool HasBegunAnew { get; private set; }

    /// <summary>How it is saved; null for what is no sum of deltas.</summary>
    public SavedSum? Saved
    {
        get => Extras?.Saved;
        set
        {
            if (Extras is not null || value is not null)
            {
                (Extras ??= new PointExtras()).Saved = value;
            }
        }
    }

    /// <summary>What only some series have; null while it has nothing of it.</summary>
    protected PointExtras? Extras { get; set; }

    /// <summary>Counts from another start on.</summary>
    /// <param name="startUnixNano">The start, in nanoseconds since 1970; 0 when it is not said.</param>
    /// <param name="timeUnixNano">The time of the first data point with that start.</param>
    public void BeginAt(ulong startUnixNano, ulong timeUnixNano) =>
        (StartUnixNano, IsStartUnknown, HasBegunAnew) = (startUnixNano, startUnixNano >= timeUnixNano, false);

    /// <summary>Counts from zero after what was there: from a start that is later in any case.</summary>
    /// <param name="startUnixNano">The start of the first delta, in nanoseconds since 1970; 0 when it is not said.</param>
    /// <param name="before">What was there before; it may be this one.</param>
    public void BeginAfter(ulong startUnixNano, MetricPoint before)
    {
        // That start may have moved back since it was scraped, but was never after the time.
        var start = Math.Max(startUnixNano, Math.Max(before.TimeUnixNano, before.StartUnixNano + 1));
        (StartUnixNano, IsStartUnknown, HasBegunAnew) = (start, false, true);
    }

    /// <summary>Becomes as it was saved.</summary>
    public void BeginAsSaved(ulong startUnixNano, bool isUnknown, bool hasBegunAnew) =>
        (StartUnixNano, IsStartUnknown, HasBegunAnew) = (startUnixNano, isUnknown, hasBegunAnew);

    /// <summary>Writes what it holds, for <see cref="Restore"/>. Exemplars are not saved.</summary>
    public abstract void Save(ByteScratch output);

    /// <summary>Takes what was saved of one of the same kind.</summary>
    public abstract void Restore(ref SavedReader saved);

    /// <summary>Notes what it is now.</summary>
    public void Capture(CapturedStates states)
    {
        if (states.HasTimes)
        {
            states.Current.Append(TimeUnixNano);
        }

        if (states.HasStarts)
        {
            states.Current.Append(IsStartUnknown ? 0 : StartUnixNano);
        }

        CaptureValue(states);
    }

    /// <summary>Becomes what was noted of one of the same kind.</summary>
    public void Load(SavedReader state, CapturedStates states)
    {
        TimeUnixNano = states.HasTimes ? state.ReadLong() : 0;
        StartUnixNano = states.HasStarts ? state.ReadLong() : 0;
        LoadValue(ref state, states);
    }

    /// <summary>Another one of the same kind and metric, for <see cref="Load"/>. May be called without the lock of the store.</summary>
    public abstract MetricPoint NewOfKind();

    /// <summary>Notes the value, and the exemplars if they are wanted.</summary>
    protected abstract void CaptureValue(CapturedStates states);

    /// <summary>Takes what <see cref="CaptureValue"/> noted.</summary>
    protected abstract void LoadValue(ref SavedReader state, CapturedStates states);

    /// <summary>Writes its samples.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="samples">The names of the samples as the scraper wants them.</param>
    /// <param name="labels">The labels as it wants them.</param>
    /// <param name="timeMs">The time to write; 0 for none.</param>
    public abstract void Write(ExpositionWriter writer, FamilyNames samples, ReadOnlySpan<byte> labels, long timeMs);

    /// <summary>Writes its value as a message.</summary>
    public abstract void Write(ProtobufWriter writer);

    /// <summary>Its labels, for people.</summary>
    public override string ToString()
    {
        var layout = frame.For(NameEscaping.AllowUtf8);
        var text = new byte[layout.MaxLength(values)];
        return System.Text.Encoding.UTF8.GetString(text, 0, layout.Write(values, text));
    }
}
