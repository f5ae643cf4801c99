using System.Text;
using Sluice.Buffers;
using Sluice.Telemetry;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>How attributes with certain keys become labels, for one source: worked out once, so that for each data point values are only copied.</summary>
internal sealed class LabelPlan
{
    private readonly (byte[] Key, AnyValueKind Kind)[] _attributes;
    private readonly LabelPart[][] _values;
    private readonly OriginAttributes? _origins;
    private LabelFrame? _frame;
    private bool _isDropped;

    /// <summary>A plan whose labels that say where a series comes from are always the same.</summary>
    /// <param name="attributes">The keys of the attributes that it is for, and the kinds of their values, in their order.</param>
    /// <param name="values">What the values are made of that each series has of its own, in the order of their names.</param>
    /// <param name="frame">What the series have in common.</param>
    public LabelPlan((byte[] Key, AnyValueKind Kind)[] attributes, LabelPart[][] values, LabelFrame frame)
        : this(attributes, values)
    {
        _frame = frame;
        frame.Users++;
    }

    /// <summary>A plan where attributes take part in saying where a series comes from.</summary>
    /// <param name="attributes">The keys of the attributes that it is for, and the kinds of their values, in their order.</param>
    /// <param name="values">What the values are made of that each series has of its own, in the order of their names.</param>
    /// <param name="origins">Finds what series have in common.</param>
    public LabelPlan((byte[] Key, AnyValueKind Kind)[] attributes, LabelPart[][] values, OriginAttributes origins)
        : this(attributes, values) => _origins = origins;

    private LabelPlan((byte[] Key, AnyValueKind Kind)[] attributes, LabelPart[][] values)
    {
        (_attributes, _values) = (attributes, values);
        foreach (var (key, kind) in attributes)
        {
            KeysPrint += Print(key, [(byte)kind]);
        }
    }

    /// <summary>A print of the keys and the kinds of their values, whatever their order. Random per process.</summary>
    public uint KeysPrint { get; }

    /// <summary>Whether labels tell all values apart. They do not where values are joined, or one takes the place of another.</summary>
    public required bool TellsAll { get; init; }

    /// <summary>When it was used last, in milliseconds of the store's clock.</summary>
    public long SeenMs { get; set; }

    /// <summary>Whether it is for attributes like these, of the same kind of metric.</summary>
    public bool Fits(PointAttributes attributes)
    {
        if (_isDropped || attributes.Count != _attributes.Length)
        {
            return false;
        }

        for (var i = 0; i < _attributes.Length; i++)
        {
            ref readonly var expected = ref _attributes[i];
            if (attributes.KindOf(i) != expected.Kind || !attributes.KeyOf(i).SequenceEqual(expected.Key))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What a series with these attributes has in common with others.</summary>
    public LabelFrame FrameFor(PointAttributes attributes) => _frame ?? _origins!.FrameFor(attributes);

    /// <summary>
    /// A print of a series' attributes: equal for the same ones in any order, and for others with the same labels almost never. The upper half is that of
    /// their keys.
    /// </summary>
    public ulong PrintOf(PointAttributes attributes)
    {
        uint values = 0;
        for (var i = 0; !TellsAll && i < _attributes.Length; i++)
        {
            values += Print(_attributes[i].Key, attributes.ValueOf(i));
        }

        return ((ulong)KeysPrint << 32) | values;
    }

    /// <summary>Appends the values that a series with these attributes has of its own, as <see cref="LabelValues"/> encodes them.</summary>
    public void AppendValues(PointAttributes attributes, ByteScratch values)
    {
        foreach (var parts in _values)
        {
            LabelPart.Append(parts, attributes, values);
        }
    }

    /// <summary>Its keys and the kinds of their values, for people.</summary>
    public override string ToString() =>
        _attributes.Length == 0 ? "none" : string.Join(", ", _attributes.Select(attribute => $"{Encoding.UTF8.GetString(attribute.Key)} ({attribute.Kind})"));

    /// <summary>Lets go of the frame; it fits nothing any more.</summary>
    public void Drop()
    {
        _isDropped = true;
        _origins?.Drop();
        if (_frame is not null)
        {
            _frame.Users--;
            _frame = null;
        }
    }

    private static uint Print(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var hash = default(HashCode);
        hash.AddBytes(key);
        hash.Add(key.Length);
        hash.AddBytes(value);
        return (uint)hash.ToHashCode();
    }
}
