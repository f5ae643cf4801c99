using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>
/// Gathers the fields of one document under names with dots, and writes each name once: of several the highest rank counts, then the
/// first. Where a name is at once a field and the beginning of others, the field gets <c>.value</c> behind it, since no mapping holds both.
/// Used by one thread at a time; allocates nothing once it is warm.
/// </summary>
internal sealed class FieldTable : IDisposable
{
    /// <summary>Objects in each other; deeper names keep their dots. Elasticsearch takes 20 unless told otherwise.</summary>
    private const int DeepestLevel = 32;

    private const int ValuesField = 1;

    private readonly PooledBufferWriter _text;
    private readonly DocumentValues _values;
    private readonly Comparison<Field> _order;
    private Field[] _fields = new Field[64];
    private int _count;

    public FieldTable(BufferPool buffers, DocumentValues values)
    {
        _text = new PooledBufferWriter(buffers, "fields of a document");
        _values = values;
        _order = Compare;
    }

    /// <summary>Forgets the fields.</summary>
    public void Clear()
    {
        _text.Clear();
        _count = 0;
    }

    /// <summary>Adds a value; the members of a map one by one.</summary>
    /// <param name="prefix">Stands before the name, with a dot in between; empty for nothing.</param>
    /// <param name="name">The name.</param>
    /// <param name="value">The value.</param>
    /// <param name="rank">Its rank.</param>
    public void Add(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, AnyValue value, FieldRank rank)
    {
        if (value.Kind != AnyValueKind.KeyValueList)
        {
            var json = Begin(prefix, name, rank);
            _values.WriteValue(ref json, value);
            End(ref json);
            return;
        }

        // Members get the whole name as their prefix: it is written behind the fields, where it may be overwritten by the next name.
        var start = _text.Length;
        WriteName(prefix, name);
        var (at, length) = (start, _text.Length - start);
        foreach (var member in new AttributeEnumerator(value.Bytes, ValuesField))
        {
            AddMember(at, length, member, rank);
        }
    }

    /// <summary>Adds text, unless empty.</summary>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> text, FieldRank rank)
    {
        if (!text.IsEmpty)
        {
            var json = Begin(default, name, rank);
            json.String(text);
            End(ref json);
        }
    }

    /// <summary>Adds an id as hexadecimal text, unless it is none.</summary>
    public void AddId(ReadOnlySpan<byte> name, ReadOnlySpan<byte> id)
    {
        if (id.ContainsAnyExcept((byte)0))
        {
            var json = Begin(default, name, FieldRank.Own);
            json.Hex(id);
            End(ref json);
        }
    }

    /// <summary>Adds a number.</summary>
    public void AddNumber(ReadOnlySpan<byte> name, long number)
    {
        var json = Begin(default, name, FieldRank.Own);
        json.Number(number);
        End(ref json);
    }

    /// <summary>Adds a time.</summary>
    public void AddTime(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, ulong unixNano)
    {
        var json = Begin(prefix, name, FieldRank.Own);
        json.Time(unixNano);
        End(ref json);
    }

    /// <summary>Begins a field whose value the caller writes.</summary>
    public JsonOutput Begin(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, FieldRank rank)
    {
        if (_count == _fields.Length)
        {
            Array.Resize(ref _fields, _count * 2);
        }

        var start = _text.Length;
        WriteName(prefix, name);
        _fields[_count] = new Field(start, _text.Length - start, 0, rank, _count);
        return new JsonOutput(_text);
    }

    /// <summary>Ends it.</summary>
    public void End(ref JsonOutput json)
    {
        json.Flush();
        ref var field = ref _fields[_count++];
        field = field with { End = _text.Length };
    }

    /// <summary>Whether there is a field of this name.</summary>
    public bool Has(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _count; i++)
        {
            if (NameOf(_fields[i]).SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Writes all fields as one object.</summary>
    /// <param name="json">Where it is written.</param>
    /// <param name="nested">Names with dots become objects in each other.</param>
    public void Write(ref JsonOutput json, bool nested)
    {
        _fields.AsSpan(0, _count).Sort(_order);
        json.BeginObject();
        WriteLevel(ref json, 0, _count, 0, nested ? 0 : DeepestLevel);
        json.EndObject();
    }

    public void Dispose() => _text.Dispose();

    private void AddMember(int at, int length, Attribute member, FieldRank rank)
    {
        // The text may move while it grows, so the prefix is looked up for every member.
        if (member.Value.Kind == AnyValueKind.KeyValueList)
        {
            var start = _text.Length;
            CopyName(at, length, member.Key);
            var own = _text.Length - start;
            foreach (var inner in new AttributeEnumerator(member.Value.Bytes, ValuesField))
            {
                AddMember(start, own, inner, rank);
            }

            return;
        }

        if (_count == _fields.Length)
        {
            Array.Resize(ref _fields, _count * 2);
        }

        var nameAt = _text.Length;
        CopyName(at, length, member.Key);
        _fields[_count] = new Field(nameAt, _text.Length - nameAt, 0, rank, _count);
        var json = new JsonOutput(_text);
        _values.WriteValue(ref json, member.Value);
        End(ref json);
    }

    private void CopyName(int at, int length, ReadOnlySpan<byte> key)
    {
        var space = _text.GetSpan(length + 1 + key.Length);
        _text.WrittenSpan.Slice(at, length).CopyTo(space);
        space[length] = (byte)'.';
        key.CopyTo(space[(length + 1)..]);
        _text.Advance(length + 1 + key.Length);
    }

    private void WriteName(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name)
    {
        if (!prefix.IsEmpty)
        {
            _text.Write(prefix);
            _text.WriteByte((byte)'.');
        }

        _text.Write(name);
    }

    /// <summary>Writes the fields of a range that have the same name up to an offset.</summary>
    private void WriteLevel(ref JsonOutput json, int from, int to, int offset, int depth)
    {
        for (var i = from; i < to;)
        {
            var name = NameOf(_fields[i])[offset..];
            var dot = depth >= DeepestLevel ? -1 : name.IndexOf((byte)'.');
            var segment = dot < 0 ? name : name[..dot];
            var same = i;
            while (dot < 0 && same < to && NameOf(_fields[same])[offset..].SequenceEqual(segment))
            {
                same++;
            }

            var end = same;
            while (end < to && BeginsWith(NameOf(_fields[end])[offset..], segment))
            {
                end++;
            }

            if (depth >= DeepestLevel)
            {
                WriteFlat(ref json, i, same, end, segment);
                i = same;
                continue;
            }

            json.Key(segment);
            if (same == end)
            {
                json.Ready(ValueOf(_fields[i]));
            }
            else
            {
                json.BeginObject();
                if (same > i && !HasValue(same, end, offset + segment.Length + 1))
                {
                    json.Name("\"value\":"u8);
                    json.Ready(ValueOf(_fields[i]));
                }

                WriteLevel(ref json, same, end, offset + segment.Length + 1, depth + 1);
                json.EndObject();
            }

            i = end;
        }
    }

    private void WriteFlat(ref JsonOutput json, int field, int same, int end, ReadOnlySpan<byte> name)
    {
        if (same == end)
        {
            json.Key(name);
            json.Ready(ValueOf(_fields[field]));
        }
        else if (!HasValue(same, end, name.Length + 1))
        {
            Span<byte> renamed = stackalloc byte[256];
            if (name.Length + ".value".Length > renamed.Length)
            {
                renamed = new byte[name.Length + ".value".Length];
            }

            name.CopyTo(renamed);
            ".value"u8.CopyTo(renamed[name.Length..]);
            json.Key(renamed[..(name.Length + ".value".Length)]);
            json.Ready(ValueOf(_fields[field]));
        }
    }

    private bool HasValue(int from, int to, int offset)
    {
        for (var i = from; i < to; i++)
        {
            var rest = NameOf(_fields[i])[offset..];
            if (rest.StartsWith("value"u8) && (rest.Length == "value".Length || rest["value".Length] == '.'))
            {
                return true;
            }
        }

        return false;
    }

    private static bool BeginsWith(ReadOnlySpan<byte> name, ReadOnlySpan<byte> segment) =>
        name.Length > segment.Length && name[segment.Length] == '.' && name.StartsWith(segment);

    private ReadOnlySpan<byte> NameOf(Field field) => _text.WrittenSpan.Slice(field.Start, field.NameLength);

    private ReadOnlySpan<byte> ValueOf(Field field) => _text.WrittenSpan[(field.Start + field.NameLength)..field.End];

    /// <summary>By name, a dot before anything else, so that what begins with a name and a dot follows the name; then by rank and arrival.</summary>
    private int Compare(Field left, Field right)
    {
        var first = NameOf(left);
        var second = NameOf(right);
        var common = first.CommonPrefixLength(second);
        if (common < first.Length && common < second.Length)
        {
            return (first[common] == '.' ? -1 : first[common]) - (second[common] == '.' ? -1 : second[common]);
        }

        if (first.Length != second.Length)
        {
            return first.Length - second.Length;
        }

        return left.Rank != right.Rank ? right.Rank - left.Rank : left.Order - right.Order;
    }

    /// <summary>A field: its name, and right behind it the JSON of its value.</summary>
    private readonly record struct Field(int Start, int NameLength, int End, FieldRank Rank, int Order);
}
