using System.Text;
using Sluice.Buffers;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>Labels, sorted by name, as UTF-8. Its memory is used again, and what was read of it holds until <see cref="Clear"/>.</summary>
internal sealed class LabelSet
{
    private readonly ByteScratch _text = new();
    private Label[] _labels = new Label[16];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Labels as texts.</summary>
    public IEnumerable<KeyValuePair<string, string>> Texts =>
        Enumerable.Range(0, Count).Select(index => KeyValuePair.Create(Encoding.UTF8.GetString(Name(index)), Encoding.UTF8.GetString(Value(index))));

    public ReadOnlySpan<byte> Name(int index) => _text.Slice(_labels[index].Name, _labels[index].NameLength);

    public ReadOnlySpan<byte> Value(int index) => _text.Slice(_labels[index].Value, _labels[index].ValueLength);

    public void Clear()
    {
        Count = 0;
        _text.Clear();
    }

    /// <summary>The value of a label; empty when it is not there, which is the same.</summary>
    public ReadOnlySpan<byte> Get(ReadOnlySpan<byte> name) => Search(name) is var index and >= 0 ? Value(index) : default;

    public string Get(string name) => Encoding.UTF8.GetString(Get(Encoding.UTF8.GetBytes(name)));

    public bool Has(ReadOnlySpan<byte> name) => Search(name) >= 0;

    /// <summary>Adds a label.</summary>
    /// <returns>False when there is one of that name.</returns>
    public bool TryAdd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var index = Search(name);
        if (index >= 0)
        {
            return false;
        }

        Insert(~index, name, value);
        return true;
    }

    /// <summary>Sets a label; one that is set to nothing goes.</summary>
    public void Set(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var index = Search(name);
        if (value.IsEmpty)
        {
            if (index >= 0)
            {
                RemoveAt(index);
            }
        }
        else if (index < 0)
        {
            Insert(~index, name, value);
        }
        else
        {
            (_labels[index].Value, _labels[index].ValueLength) = Put(value);
        }
    }

    public void Set(string name, string value) => Set(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));

    public bool Remove(ReadOnlySpan<byte> name)
    {
        var index = Search(name);
        if (index >= 0)
        {
            RemoveAt(index);
        }

        return index >= 0;
    }

    public void RemoveAt(int index)
    {
        _labels.AsSpan(index + 1, Count - index - 1).CopyTo(_labels.AsSpan(index));
        Count--;
    }

    private void Insert(int index, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (Count == _labels.Length)
        {
            Array.Resize(ref _labels, 2 * Count);
        }

        _labels.AsSpan(index, Count - index).CopyTo(_labels.AsSpan(index + 1));
        Count++;
        ref var label = ref _labels[index];
        (label.Name, label.NameLength) = Put(name);
        (label.Value, label.ValueLength) = Put(value);
    }

    private (int Start, int Length) Put(ReadOnlySpan<byte> text)
    {
        _text.Append(text);
        return (_text.Length - text.Length, text.Length);
    }

    /// <summary>Where a name is; the complement of where it would be when it is not there.</summary>
    private int Search(ReadOnlySpan<byte> name)
    {
        var low = 0;
        var high = Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var order = Name(middle).SequenceCompareTo(name);
            if (order == 0)
            {
                return middle;
            }

            if (order < 0)
            {
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        return ~low;
    }

    private struct Label
    {
        public int Name;
        public int NameLength;
        public int Value;
        public int ValueLength;
    }
}
