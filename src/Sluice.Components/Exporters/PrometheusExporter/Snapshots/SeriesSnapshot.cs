using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Points;
using Sluice.Components.Exporters.PrometheusExporter.Labels;
using Sluice.Components.Exporters.PrometheusExporter.Series;
using Sluice.Transport.Prometheus.Exposition;

namespace Sluice.Components.Exporters.PrometheusExporter.Snapshots;

/// <summary>
/// All series at one moment, for one scrape. What never changes of a series, which is most of it, is referred to; what does is copied. So an answer
/// of many megabytes shows one moment, though it is made little by little while it is sent: no scraper, however slow, holds up the store, and what is
/// kept for it is what changes, a tenth of its answer. Captured under the lock of the store, then written without it, once. Its owner disposes it.
/// </summary>
internal sealed class SeriesSnapshot : IDisposable
{
    /// <summary>Bytes that are sent together: not more than a piece of memory of the answer, with room for the series that goes beyond.</summary>
    private const int SendSize = ExpositionBuffer.PieceSize - (8 << 10);

    /// <summary>Series of one metric whose message is gathered.</summary>
    private const int GatheredSeries = 256;

    private readonly ScrapeRequest _request;
    private readonly BufferPool _pool;
    private readonly CapturedStates _states;
    private readonly LabelRenderer _labels;
    private readonly List<(MetricFamily Family, FamilyNames Names, PointList.PointView Points)> _families = [];
    private readonly List<byte[]> _targets = [];

    /// <summary>An empty snapshot.</summary>
    /// <param name="request">What the scraper wants.</param>
    /// <param name="timestamps">Whether samples carry the times of their data points.</param>
    /// <param name="pool">Where memory comes from.</param>
    public SeriesSnapshot(ScrapeRequest request, bool timestamps, BufferPool pool)
    {
        (_request, _pool) = (request, pool);
        _labels = new LabelRenderer(request.Escaping);
        var parts = request.Format switch
        {
            ExpositionFormat.Protobuf => CapturedParts.Starts | CapturedParts.Exemplars,
            ExpositionFormat.OpenMetrics => CapturedParts.Exemplars | CapturedParts.Bounds,
            _ => CapturedParts.Bounds,
        };
        _states = new CapturedStates(pool, timestamps ? parts | CapturedParts.Times : parts);
    }

    /// <summary>Adds the labels of a <c>target_info</c>, encoded as the scraper wants them.</summary>
    public void AddTarget(byte[] labels) => _targets.Add(labels);

    /// <summary>Adds a metric, as it is now.</summary>
    /// <param name="family">The metric.</param>
    /// <param name="mayCollide">Whether labels that differ may become the same, as the scraper wants them.</param>
    /// <returns>How many of its series are left out, since their labels as the scraper wants them are those of others.</returns>
    public int Add(MetricFamily family, bool mayCollide)
    {
        var points = family.Points.View;
        var written = mayCollide && !ArePlain(points) ? new HashSet<byte[]>(ByteKeyComparer.Instance) : null;
        var hidden = 0;
        _families.Add((family, family.NamesFor(_request.Format, _request.Escaping), points));
        for (var i = 0; i < points.Count; i++)
        {
            if (points[i] is { IsStale: false } point)
            {
                if (written is null || written.Add(_labels.Render(point).ToArray()))
                {
                    point.Capture(_states);
                }
                else
                {
                    hidden++;
                }
            }

            // What is stale or left out is nothing.
            _states.Append();
        }

        return hidden;
    }

    /// <summary>Plain names that differ stay different, however they are escaped.</summary>
    private static bool ArePlain(PointList.PointView points)
    {
        for (var i = 0; i < points.Count; i++)
        {
            if (!points[i].Frame.IsPlain)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes everything.</summary>
    /// <param name="output">Where to; borrowed.</param>
    /// <param name="sendAsync">Sends what was written so far, and clears it. What is there at the end is left to the caller.</param>
    public Task WriteAsync(ExpositionBuffer output, Func<Task> sendAsync) =>
        _request.Format == ExpositionFormat.Protobuf ? WriteMessagesAsync(output, sendAsync) : WriteTextAsync(output, sendAsync);

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _states.Dispose();

    private async Task WriteTextAsync(ExpositionBuffer output, Func<Task> sendAsync)
    {
        var writer = new ExpositionWriter(output, _request.Format);
        TargetInfo.Write(writer, _targets);
        foreach (var (family, names, points) in _families)
        {
            var standIn = new StandIn(_states);
            for (var i = 0; i < points.Count; i++)
            {
                if (standIn.Load(points[i]) is not { } point)
                {
                    continue;
                }

                if (standIn.IsFirst)
                {
                    family.Begin(writer, names);
                }

                point.Write(writer, names, _labels.Render(points[i]), (long)(point.TimeUnixNano / 1_000_000));
                if (output.Length >= SendSize)
                {
                    await sendAsync();
                }
            }
        }

        writer.Complete();
    }

    /// <summary>A metric is one message behind its length. One of few series is gathered to know it; one of many is written twice, and measured first.</summary>
    private async Task WriteMessagesAsync(ExpositionBuffer output, Func<Task> sendAsync)
    {
        using var writer = new ProtobufWriter(output, _pool);
        TargetInfo.Write(writer, _targets);
        foreach (var (family, names, points) in _families)
        {
            var length = points.Count > GatheredSeries ? Measure(family, names, points) : 0;
            var standIn = new StandIn(_states);
            for (var i = 0; i < points.Count; i++)
            {
                Write(writer, family, names, standIn, points[i], length);
                if (length > 0 && output.Length >= SendSize)
                {
                    await sendAsync();
                }
            }

            if (length == 0 && standIn.HasLoaded)
            {
                writer.EndFamily();
            }

            if (output.Length >= SendSize)
            {
                await sendAsync();
            }
        }
    }

    /// <summary>Writes a metric to nowhere. The states are read again afterwards.</summary>
    /// <returns>The length of its message; 0 when all its series are stale.</returns>
    private long Measure(MetricFamily family, FamilyNames names, PointList.PointView points)
    {
        using var nowhere = new ExpositionBuffer(_pool);
        using var writer = new ProtobufWriter(nowhere, _pool);
        var start = _states.Position;
        var standIn = new StandIn(_states);
        var length = -(long)ExpositionBuffer.LengthSize;
        for (var i = 0; i < points.Count; i++)
        {
            Write(writer, family, names, standIn, points[i], familyLength: 0);
            length += nowhere.Length;
            nowhere.Clear();
        }

        _states.Position = start;
        return standIn.HasLoaded ? length : 0;
    }

    private void Write(ProtobufWriter writer, MetricFamily family, FamilyNames names, StandIn standIn, MetricPoint series, long familyLength)
    {
        if (standIn.Load(series) is not { } point)
        {
            return;
        }

        if (standIn.IsFirst)
        {
            family.Begin(writer, names);
            if (familyLength > 0)
            {
                writer.SetFamilyLength(familyLength);
            }
        }

        writer.BeginSeries(_labels.Render(series));
        point.Write(writer);
        writer.EndSeries((long)(point.TimeUnixNano / 1_000_000));
    }
}
