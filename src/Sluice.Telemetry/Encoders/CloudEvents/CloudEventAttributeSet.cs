using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using Sluice.Buffers;

namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>
/// The attributes of the CloudEvent at hand, names and canonical texts one behind the other in a buffer of its own, so that every binding
/// writes the same ones. <c>datacontenttype</c> is not among them, since most bindings have another place for it.
/// </summary>
internal sealed class CloudEventAttributeSet(BufferPool buffers) : IDisposable
{
    /// <summary>What is kept between records; a record with more text gives the memory back.</summary>
    private const int RetainedText = 1 << 16;
    private const int RetainedEntries = 1024;

    private readonly PooledBufferWriter _text = new(buffers, "attributes of a CloudEvent");
    private Entry[] _entries = new Entry[16];

    public int Count { get; private set; }

    /// <summary>Bytes rented.</summary>
    public int Capacity => _text.Capacity;

    public CloudEventAttribute this[int index]
    {
        get
        {
            var entry = _entries[index];
            var text = _text.WrittenSpan.Slice(entry.Start, entry.NameLength + entry.ValueLength);
            return new CloudEventAttribute(entry.Kind, text[..entry.NameLength], text[entry.NameLength..]);
        }
    }

    public void Clear()
    {
        if (_text.Capacity > RetainedText)
        {
            _text.Dispose();
        }

        if (_entries.Length > RetainedEntries)
        {
            _entries = new Entry[16];
        }

        _text.Clear();
        Count = 0;
    }

    /// <summary>Adds text that keeps to the specification.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Add(CloudEventAttributeKind.Text, name, value);

    /// <summary>Adds text of any origin; what CloudEvents do not allow in a string is replaced.</summary>
    public void AddReplacing(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (CloudEventText.IsAllowed(value))
        {
            Add(name, value);
            return;
        }

        var start = _text.Length;
        _text.Write(name);
        CloudEventText.WriteReplacing(value, _text);
        AddEntry(new Entry(CloudEventAttributeKind.Text, start, name.Length, _text.Length - start - name.Length));
    }

    public void Add(ReadOnlySpan<byte> name, bool value) => Add(CloudEventAttributeKind.Boolean, name, value ? "true"u8 : "false"u8);

    /// <summary>Adds a number: an integer where it has at most 32 bits, else its digits as text.</summary>
    public void Add(ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out var length);
        Add(value == (int)value ? CloudEventAttributeKind.Integer : CloudEventAttributeKind.Text, name, digits[..length]);
    }

    /// <summary>Adds the shortest text of a number that reads back as the same one, for there is no such type.</summary>
    public void Add(ReadOnlySpan<byte> name, double value)
    {
        Span<byte> digits = stackalloc byte[32];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        Add(name, digits[..length]);
    }

    public void AddTime(ReadOnlySpan<byte> name, ulong unixNano)
    {
        Span<byte> text = stackalloc byte[Rfc3339.Length];
        Add(name, text[..Rfc3339.WriteShortest(unixNano, text)]);
    }

    public void AddBase64(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var start = _text.Length;
        _text.Write(name);
        Base64.EncodeToUtf8(value, _text.GetSpan(Base64.GetMaxEncodedToUtf8Length(value.Length)), out _, out var length);
        _text.Advance(length);
        AddEntry(new Entry(CloudEventAttributeKind.Text, start, name.Length, length));
    }

    public bool Contains(ReadOnlySpan<byte> name) => TryGet(name, out _);

    public bool TryGet(ReadOnlySpan<byte> name, out CloudEventAttribute attribute)
    {
        for (var i = 0; i < Count; i++)
        {
            attribute = this[i];
            if (attribute.Name.SequenceEqual(name))
            {
                return true;
            }
        }

        attribute = default;
        return false;
    }

    public void Dispose()
    {
        _text.Dispose();
        Count = 0;
    }

    /// <summary>Adds a value by its canonical text.</summary>
    public void Add(CloudEventAttributeKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var start = _text.Length;
        _text.Write(name);
        _text.Write(value);
        AddEntry(new Entry(kind, start, name.Length, value.Length));
    }

    private void AddEntry(Entry entry)
    {
        if (Count == _entries.Length)
        {
            Array.Resize(ref _entries, Count * 2);
        }

        _entries[Count++] = entry;
    }

    private readonly record struct Entry(CloudEventAttributeKind Kind, int Start, int NameLength, int ValueLength);
}
