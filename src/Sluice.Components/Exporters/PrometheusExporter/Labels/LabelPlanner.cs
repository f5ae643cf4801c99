using System.Text;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.Prometheus.Sources;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Telemetry;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>Finds, or works out, how attributes become labels. Used under the lock of the store.</summary>
internal sealed class LabelPlanner(PrometheusExporterOptions options, NameTranslation names, int maxSeries)
{
    /// <summary>Plans that a source may have at once: senders choose the keys.</summary>
    private const int MaxPlans = 1024;

    /// <summary>Names of labels that kinds of metrics take for themselves.</summary>
    private static readonly string?[] ReservedNames = [null, "le", "quantile"];

    private const string ScopePrefix = "otel_scope_";

    private readonly HashSet<string> _origins = [.. options.ConstLabels.Keys.Select(names.Label), "job", "instance"];
    private readonly Dictionary<string, LabelFrame> _frames = new(StringComparer.Ordinal);
    private int _plans;
    private int _framesToLookThrough = MaxPlans;
    private int _nextId;

    /// <summary>Frames that are known.</summary>
    public int Frames => _frames.Count;

    /// <summary>Whether there are as many frames as series may be: more than that need not be remembered.</summary>
    public bool HasMany => _frames.Count >= maxSeries;

    /// <summary>Whether a label says where a series comes from, so that many series have the same value.</summary>
    public bool IsOrigin(string label) => _origins.Contains(label) || label.StartsWith(ScopePrefix, StringComparison.Ordinal);

    /// <summary>The plan for attributes of data points of a source.</summary>
    /// <param name="source">The source.</param>
    /// <param name="kind">The kind of their metric, which may take names for itself.</param>
    /// <param name="attributes">Attributes such as theirs.</param>
    public LabelPlan PlanFor(MetricSource source, DataKind kind, PointAttributes attributes)
    {
        var wanted = attributes.Shape(ReservedBy(kind));
        if (source.Plans.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(wanted, out var plan))
        {
            return plan;
        }

        if (source.Plans.Count >= MaxPlans || _plans >= maxSeries)
        {
            Forget(source, long.MaxValue);
        }

        var shape = wanted.ToArray();
        plan = Make(source, shape);
        source.Plans.Add(shape, plan);
        _plans++;
        return plan;
    }

    /// <summary>
    /// The labels that say where a series comes from, and those of the configuration. The latter take the place of <c>job</c> and <c>instance</c> only
    /// where the resource has none: else services with the same instance would write one series.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string>> IdentityOf(ResourceFacts resource)
    {
        foreach (var (key, value) in options.ConstLabels)
        {
            var name = names.Label(key);
            var own = name switch { "job" => resource.Job, "instance" => resource.Instance, _ => "" };
            if (own.Length == 0)
            {
                yield return new(name, value);
            }
        }

        foreach (var (name, value) in ((string, string)[])[("job", resource.Job), ("instance", resource.Instance)])
        {
            if (value.Length > 0)
            {
                yield return new(name, value);
            }
        }
    }

    /// <summary>Forgets plans of a source that were not used since then, in milliseconds of the store's clock.</summary>
    public void Forget(MetricSource source, long beforeMs)
    {
        foreach (var (shape, plan) in source.Plans)
        {
            if (plan.SeenMs <= beforeMs)
            {
                source.Plans.Remove(shape);
                plan.Drop();
                _plans--;
            }
        }
    }

    /// <summary>Forgets frames that nothing refers to.</summary>
    public void ForgetUnused()
    {
        foreach (var (key, frame) in _frames)
        {
            if (frame.Users == 0)
            {
                _frames.Remove(key);
            }
        }
    }

    /// <summary>The frame with these names and values; always the same object while anything refers to it.</summary>
    /// <param name="labels">The names, sorted.</param>
    /// <param name="values">The values of those that are origins, escaped; null for the others.</param>
    public LabelFrame FrameOf(string[] labels, string?[] values)
    {
        var key = string.Concat(labels.Zip(values, (name, value) => value is null ? $"{name.Length}:{name}-" : $"{name.Length}:{name}={value.Length}:{value}"));
        if (!_frames.TryGetValue(key, out var frame))
        {
            if (_frames.Count >= _framesToLookThrough)
            {
                ForgetUnused();
                _framesToLookThrough = Math.Max(MaxPlans, 2 * _frames.Count);
            }

            frame = new LabelFrame(_nextId++, labels, values);
            _frames.Add(key, frame);
        }

        return frame;
    }

    private LabelPlan Make(MetricSource source, byte[] shape)
    {
        var labels = new LabelMerge<LabelPart>(names);
        foreach (var (name, value) in IdentityOf(source.Resource).Concat(source.ScopeLabels.Select(label => KeyValuePair.Create(names.Label(label.Key), label.Value))))
        {
            if (value.Length > 0)
            {
                labels.Set(name, Constant(value));
            }
            else
            {
                labels.Reserve(name);
            }
        }

        if (ReservedNames[shape[0]] is { } reserved)
        {
            labels.Reserve(reserved);
        }

        var position = 1;
        var attributes = new List<(byte[] Key, AnyValueKind Kind)>();
        while (PointAttributes.TryReadKey(shape, ref position, out var key, out var valueKind))
        {
            labels.AddAttribute(Encoding.UTF8.GetString(key), new LabelPart(null, attributes.Count), valueKind == AnyValueKind.Empty);
            attributes.Add((key, valueKind));
        }

        foreach (var (key, value) in source.Resource.Attributes)
        {
            if (ResourceLabels.Includes(options, key))
            {
                labels.AddAttribute(key, Constant(value), value.Length == 0);
            }
        }

        var resolved = labels.Resolve();
        string[] sorted = [.. resolved.Keys];
        var tellsAll = resolved.Values.Count(parts => parts is [{ Text: null }]) == attributes.Count(attribute => attribute.Kind != AnyValueKind.Empty);
        LabelPart[][] values = [.. resolved.Where(label => !IsOrigin(label.Key)).Select(label => label.Value.ToArray())];
        LabelPart[]?[] origins = [.. resolved.Select(label => IsOrigin(label.Key) ? label.Value.ToArray() : null)];
        return origins.All(parts => parts is null or [{ Text: not null }])
            ? new LabelPlan([.. attributes], values, FrameOf(sorted, [.. origins.Select(parts => parts is null ? null : Encoding.UTF8.GetString(parts[0].Text!))])) { TellsAll = tellsAll }
            : new LabelPlan([.. attributes], values, new OriginAttributes(this, sorted, origins)) { TellsAll = tellsAll };
    }

    /// <summary>Which of <see cref="ReservedNames"/> metrics of a kind take for themselves.</summary>
    private static byte ReservedBy(DataKind kind) => kind switch
    {
        DataKind.Histogram or DataKind.ExponentialHistogram => 1,
        DataKind.Summary => 2,
        _ => 0,
    };

    private static LabelPart Constant(string value) => new(Encoding.UTF8.GetBytes(LabelText.Escape(value)), 0);
}
