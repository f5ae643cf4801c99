using System.Text;
using Sluice.Buffers;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>
/// Finds frames where attributes, such as one called <c>instance</c> of a resource that has none, take part in saying where a series comes from: by
/// their values, since those belong to the frame whoever says them.
/// </summary>
/// <param name="planner">Has all frames.</param>
/// <param name="names">The names of the labels, sorted.</param>
/// <param name="origins">What the values are made of that belong to the frame; null for those that each series has of its own.</param>
internal sealed class OriginAttributes(LabelPlanner planner, string[] names, LabelPart[]?[] origins)
{
    /// <summary>Frames that are remembered; senders choose the values.</summary>
    private const int MaxFrames = 1024;

    private readonly Dictionary<byte[], LabelFrame> _frames = new(ByteKeyComparer.Instance);
    private readonly ByteScratch _key = new();

    /// <summary>The frame of a series with these attributes.</summary>
    public LabelFrame FrameFor(PointAttributes attributes)
    {
        _key.Clear();
        foreach (var parts in origins)
        {
            if (parts is not null)
            {
                LabelPart.Append(parts, attributes, _key);
            }
        }

        if (_frames.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(_key.Span, out var frame))
        {
            return frame;
        }

        if (_frames.Count >= MaxFrames || planner.HasMany)
        {
            Drop();
        }

        frame = planner.FrameOf(names, Values());
        frame.Users++;
        _frames.Add(_key.Span.ToArray(), frame);
        return frame;
    }

    /// <summary>Lets go of all frames.</summary>
    public void Drop()
    {
        foreach (var frame in _frames.Values)
        {
            frame.Users--;
        }

        _frames.Clear();
    }

    private string?[] Values()
    {
        var position = 0;
        var values = new string?[origins.Length];
        for (var i = 0; i < origins.Length; i++)
        {
            values[i] = origins[i] is null ? null : Encoding.UTF8.GetString(LabelValues.Next(_key.Span, ref position));
        }

        return values;
    }
}
