using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Sluice.Buffers;
using Sluice.Components.Exporters.Prometheus.Names;
using Sluice.Telemetry;

namespace Sluice.Components.Exporters.PrometheusExporter.Labels;

/// <summary>The attributes of one data point after the other: where their keys and values stand. Texts are used where they are, and nothing is allocated.</summary>
internal sealed class PointAttributes
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create("\\\n\""u8);

    private readonly ByteScratch _texts = new();
    private readonly ByteScratch _shape = new();
    private ByteScratch _fields = new();
    private Item[] _items = new Item[16];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Reads the attributes of a data point.</summary>
    /// <param name="fields">The encoded fields; borrowed until the next call.</param>
    /// <param name="field">Their number.</param>
    public void Read(ByteScratch fields, int field)
    {
        _fields = fields;
        _texts.Clear();
        Count = 0;
        var bytes = fields.Span;
        foreach (var attribute in new AttributeEnumerator(bytes, field))
        {
            if (Count == _items.Length)
            {
                Array.Resize(ref _items, 2 * Count);
            }

            ref var item = ref _items[Count++];
            item.KeyLength = attribute.Key.Length;
            _ = bytes.Overlaps(attribute.Key, out item.Key);
            var value = attribute.Value;
            item.IsMade = value.Kind != AnyValueKind.String || value.Bytes.IndexOfAny(Escaped) >= 0;
            if (item.IsMade)
            {
                item.Value = _texts.Length;
                AttributeText.AppendEscaped(_texts, value);
                item.ValueLength = _texts.Length - item.Value;
            }
            else
            {
                _ = bytes.Overlaps(value.Bytes, out item.Value);
                item.ValueLength = value.Bytes.Length;
            }

            item.Kind = item.ValueLength == 0 ? AnyValueKind.Empty : value.Kind;
        }
    }

    /// <summary>The key of one of them.</summary>
    public ReadOnlySpan<byte> KeyOf(int index)
    {
        ref readonly var item = ref _items[index];
        return _fields.Span.Slice(item.Key, item.KeyLength);
    }

    /// <summary>The value of one of them as the text formats write it; empty for an empty one.</summary>
    public ReadOnlySpan<byte> ValueOf(int index)
    {
        ref readonly var item = ref _items[index];
        return (item.IsMade ? _texts : _fields).Span.Slice(item.Value, item.ValueLength);
    }

    /// <summary>The kind of the value of one of them; <see cref="AnyValueKind.Empty"/> for every empty one.</summary>
    public AnyValueKind KindOf(int index) => _items[index].Kind;

    /// <summary>What they have in common with those of other data points: each key behind its length, and the kind of the value.</summary>
    /// <param name="reserved">A byte in front.</param>
    public ReadOnlySpan<byte> Shape(byte reserved)
    {
        _shape.Clear();
        _shape.Append(reserved);
        for (var i = 0; i < Count; i++)
        {
            LabelValues.Append(_shape, KeyOf(i));
            _shape.Append((byte)KindOf(i));
        }

        return _shape.Span;
    }

    /// <summary>Reads the next key out of a <see cref="Shape"/>.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="position">Where the key stands, at first 1; moves behind it.</param>
    /// <param name="key">The key.</param>
    /// <param name="kind">The kind of its value.</param>
    /// <returns>False when there is none.</returns>
    public static bool TryReadKey(ReadOnlySpan<byte> shape, ref int position, [NotNullWhen(true)] out byte[]? key, out AnyValueKind kind)
    {
        (key, kind) = (null, AnyValueKind.Empty);
        if (position >= shape.Length)
        {
            return false;
        }

        key = LabelValues.Next(shape, ref position).ToArray();
        kind = (AnyValueKind)shape[position++];
        return true;
    }

    /// <summary>For people.</summary>
    public override string ToString() =>
        AttributeText.List(Enumerable.Range(0, Count).Select(i => (Encoding.UTF8.GetString(KeyOf(i)), Encoding.UTF8.GetString(ValueOf(i)))));

    /// <summary>Where an attribute stands.</summary>
    private struct Item
    {
        public int Key;
        public int KeyLength;
        public int Value;
        public int ValueLength;
        public AnyValueKind Kind;

        /// <summary>Whether the value was made, since it does not stand in the fields as labels have it.</summary>
        public bool IsMade;
    }
}
