using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Editing;

/// <summary>
/// The attributes of one message while they are edited: where each stands in the message, and what replaces it. New keys and values
/// lie in a scratch buffer, by offset because it moves when it grows. Reused for message after message; one thread at a time.
/// </summary>
internal sealed class AttributeTable(BufferPool pool) : IDisposable
{
    private const int RetainedSlots = 4096;

    private readonly PooledBufferWriter _scratch = new(pool, "attributes being edited");
    private Slot[] _slots = new Slot[32];
    private int _field;

    /// <summary>Attributes read or added, those taken out included.</summary>
    public int Count { get; private set; }

    /// <summary>The message would be written differently from how it was read.</summary>
    public bool IsChanged { get; private set; }

    /// <summary>New bytes are written here; then <see cref="Set"/> or <see cref="Add"/> is told where.</summary>
    public PooledBufferWriter Scratch => _scratch;

    /// <summary>Reads the attributes in field <paramref name="field"/> of a validated message.</summary>
    public void Read(ReadOnlySpan<byte> message, int field)
    {
        Count = 0;
        IsChanged = false;
        _scratch.Clear();
        _field = field;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field != field || reader.WireType != WireType.LengthDelimited)
            {
                if (!reader.TrySkip())
                {
                    return;
                }

                continue;
            }

            if (!reader.TryReadBytes(out var keyValue))
            {
                return;
            }

            ref var slot = ref AddSlot();
            slot.FieldStart = reader.TagStart;
            slot.FieldEnd = reader.Position;
            Locate(keyValue, reader.Position - keyValue.Length, ref slot);
        }
    }

    /// <summary>The first attribute of a key, from <paramref name="from"/> on.</summary>
    /// <returns>-1 when there is none.</returns>
    public int Find(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, int from = 0)
    {
        for (var i = from; i < Count; i++)
        {
            ref readonly var slot = ref _slots[i];
            if (slot.Key.Length == key.Length && !slot.IsRemoved && Bytes(message, slot.Key).SequenceEqual(key))
            {
                return i;
            }
        }

        return -1;
    }

    public bool IsRemoved(int index) => _slots[index].IsRemoved;

    public ReadOnlySpan<byte> Key(ReadOnlySpan<byte> message, int index) => Bytes(message, _slots[index].Key);

    public ReadOnlySpan<byte> EncodedValue(ReadOnlySpan<byte> message, int index) => Bytes(message, _slots[index].Value);

    /// <summary>Where the value of an attribute is, to give it to another.</summary>
    public Piece ValueOf(int index) => _slots[index].Value;

    public ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> message, Piece piece) =>
        (piece.InScratch ? _scratch.WrittenSpan : message).Slice(piece.Offset, piece.Length);

    /// <summary>Copies bytes to the scratch; they must not lie in it.</summary>
    public Piece Keep(ReadOnlySpan<byte> bytes)
    {
        var offset = _scratch.Length;
        _scratch.Write(bytes);
        return new Piece(true, offset, bytes.Length);
    }

    /// <summary>Gives an attribute another value; the same one is no change.</summary>
    public void Set(ReadOnlySpan<byte> message, int index, Piece value)
    {
        ref var slot = ref _slots[index];
        if (!Bytes(message, slot.Value).SequenceEqual(Bytes(message, value)))
        {
            slot.Value = value;
            slot.IsRewritten = true;
            IsChanged = true;
        }
    }

    public void Add(Piece key, Piece value)
    {
        ref var slot = ref AddSlot();
        slot.FieldStart = slot.FieldEnd = -1;
        slot.Key = key;
        slot.Value = value;
        IsChanged = true;
    }

    public void Remove(int index)
    {
        _slots[index].IsRemoved = true;
        IsChanged = true;
    }

    /// <summary>Appends the message with its attributes as they are now: what is not an attribute, and what was not changed, as it was.</summary>
    public void Write(ReadOnlySpan<byte> message, PooledBufferWriter output)
    {
        var writer = new ProtoWriter(output);
        var copied = 0;
        for (var i = 0; i < Count; i++)
        {
            ref readonly var slot = ref _slots[i];
            if (slot.FieldStart < 0)
            {
                continue;
            }

            if (slot.IsRemoved || slot.IsRewritten)
            {
                writer.Raw(message[copied..slot.FieldStart]);
                copied = slot.FieldEnd;
            }

            if (slot.IsRewritten && !slot.IsRemoved)
            {
                Rewrite(message, in slot, writer);
            }
        }

        writer.Raw(message[copied..]);
        for (var i = 0; i < Count; i++)
        {
            ref readonly var slot = ref _slots[i];
            if (slot.FieldStart < 0 && !slot.IsRemoved)
            {
                writer.BytesHeader(
                    _field,
                    ProtoWriter.BytesFieldSize(OtlpFields.KeyValue.Key, slot.Key.Length) +
                    ProtoWriter.BytesFieldSize(OtlpFields.KeyValue.Value, slot.Value.Length));
                writer.Bytes(OtlpFields.KeyValue.Key, Bytes(message, slot.Key));
                writer.Bytes(OtlpFields.KeyValue.Value, Bytes(message, slot.Value));
            }
        }
    }

    public void Dispose()
    {
        _scratch.Dispose();
        if (_slots.Length > RetainedSlots)
        {
            _slots = new Slot[32];
        }
    }

    /// <summary>Finds key and value in the form that encoders write, else in any.</summary>
    private static void Locate(ReadOnlySpan<byte> keyValue, int start, ref Slot slot)
    {
        if (Attribute.TryFindPlainValue(keyValue, out var valueAt))
        {
            slot.Key = new Piece(false, start + Attribute.PlainHeader, valueAt - (2 * Attribute.PlainHeader));
            slot.Value = new Piece(false, start + valueAt, keyValue.Length - valueAt);
            return;
        }

        var reader = new ProtoReader(keyValue);
        while (reader.TryReadTag())
        {
            if (reader is { Field: OtlpFields.KeyValue.Key, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out var key))
            {
                slot.Key = new Piece(false, start + reader.Position - key.Length, key.Length);
            }
            else if (reader is { Field: OtlpFields.KeyValue.Value, WireType: WireType.LengthDelimited } && reader.TryReadBytes(out var value))
            {
                slot.Value = new Piece(false, start + reader.Position - value.Length, value.Length);
            }
            else if (reader.Malformed || !reader.TrySkip())
            {
                return;
            }
        }
    }

    /// <summary>Writes an attribute with its new value, keeping what else its message holds.</summary>
    private void Rewrite(ReadOnlySpan<byte> message, ref readonly Slot slot, ProtoWriter writer)
    {
        var field = new ProtoReader(message[slot.FieldStart..slot.FieldEnd]);
        if (!field.TryReadTag() || !field.TryReadBytes(out var keyValue))
        {
            return;
        }

        var expected = (long)keyValue.Length + slot.Value.Length;
        var mark = writer.BeginMessage(_field, expected);
        var reader = new ProtoReader(keyValue);
        while (reader.TryReadTag() && reader.TrySkip())
        {
            if (reader.Field != OtlpFields.KeyValue.Value)
            {
                writer.Raw(reader.FieldBytes);
            }
        }

        writer.Bytes(OtlpFields.KeyValue.Value, Bytes(message, slot.Value));
        writer.EndMessage(mark, expected);
    }

    private ref Slot AddSlot()
    {
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, Count * 2);
        }

        ref var slot = ref _slots[Count++];
        slot = default;
        return ref slot;
    }

    /// <summary>Bytes in the message or in the scratch.</summary>
    internal readonly record struct Piece(bool InScratch, int Offset, int Length);

    private struct Slot
    {
        /// <summary>The whole field in the message, tag included; -1 for an attribute that was added.</summary>
        public int FieldStart;
        public int FieldEnd;
        public Piece Key;
        public Piece Value;
        public bool IsRemoved;
        public bool IsRewritten;
    }
}
