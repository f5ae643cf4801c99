using System.Buffers;
using System.Runtime.CompilerServices;
using Sluice.Buffers;

namespace Sluice.Telemetry.Encoders;

/// <summary>
/// Writes JSON (RFC 8259) without white space straight into a <see cref="PooledBufferWriter"/>; puts the commas itself. Text is UTF-8 and
/// was checked by the indexer. Allocates nothing. Borrows the writer, which nobody else may touch until <see cref="Flush"/>.
/// </summary>
/// <remarks>Nesting is the caller's duty: unlike <see cref="System.Text.Json.Utf8JsonWriter"/> it does not check it, and is about twice as fast.</remarks>
public ref partial struct JsonOutput
{
    private const int MinimumSpace = 512;

    /// <summary>What RFC 8259 section 7 forbids inside a string.</summary>
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        "\"\\\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u0009\u000a\u000b\u000c\u000d\u000e\u000f"u8
        + "\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f"u8);

    private readonly PooledBufferWriter _output;
    private Span<byte> _space;
    private int _used;
    private bool _needsComma;

    /// <summary>Appends to <paramref name="output"/>.</summary>
    public JsonOutput(PooledBufferWriter output)
    {
        _output = output;
        _space = output.GetSpan(MinimumSpace);
        _used = 0;
        _needsComma = false;
    }

    /// <summary>Hands what was written to the writer. Nothing is lost by calling it twice.</summary>
    public void Flush()
    {
        _output.Advance(_used);
        _space = _space[_used..];
        _used = 0;
    }

    /// <summary>Starts an object, as a value of its own or behind a name.</summary>
    public void BeginObject() => Begin((byte)'{');

    /// <summary>Ends an object.</summary>
    public void EndObject() => End((byte)'}');

    /// <summary>Starts an array.</summary>
    public void BeginArray() => Begin((byte)'[');

    /// <summary>Ends an array.</summary>
    public void EndArray() => End((byte)']');

    /// <summary>Writes a member's name, given as it stands in JSON: quoted, with the colon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Name(scoped ReadOnlySpan<byte> quotedWithColon)
    {
        var space = Value(quotedWithColon.Length);
        quotedWithColon.CopyTo(space);
        _used += quotedWithColon.Length;
        _needsComma = false;
    }

    /// <summary>Writes a member's name that is not known beforehand: plain text, escaped as needed.</summary>
    public void Key(scoped ReadOnlySpan<byte> name)
    {
        String(name);
        Reserve(1)[0] = (byte)':';
        _used++;
        _needsComma = false;
    }

    /// <summary>Writes a member's name that is put together: a beginning that needs no escaping, and plain text.</summary>
    public void KeyBehind(scoped ReadOnlySpan<byte> clean, scoped ReadOnlySpan<byte> name)
    {
        var space = Value(clean.Length + 1);
        space[0] = (byte)'"';
        clean.CopyTo(space[1..]);
        _used += clean.Length + 1;
        WriteEscaped(name, name.IndexOfAny(Escaped));
        Reserve(1)[0] = (byte)':';
        _used++;
        _needsComma = false;
    }

    /// <summary>Writes ready-made members of an object, or elements of an array; none when empty.</summary>
    public void Ready(scoped ReadOnlySpan<byte> json)
    {
        if (!json.IsEmpty)
        {
            json.CopyTo(Value(json.Length));
            _used += json.Length;
        }
    }

    /// <summary>Writes text.</summary>
    public void String(scoped ReadOnlySpan<byte> utf8)
    {
        var space = Value(utf8.Length + 2);
        space[0] = (byte)'"';
        var clean = utf8.IndexOfAny(Escaped);
        if (clean < 0)
        {
            utf8.CopyTo(space[1..]);
            space[utf8.Length + 1] = (byte)'"';
            _used += utf8.Length + 2;
            return;
        }

        _used++;
        WriteEscaped(utf8, clean);
    }

    private void WriteEscaped(scoped ReadOnlySpan<byte> utf8, int clean)
    {
        while (clean >= 0)
        {
            var space = Reserve(clean + 6);
            utf8[..clean].CopyTo(space);
            _used += clean + Escape(utf8[clean], space[clean..]);
            utf8 = utf8[(clean + 1)..];
            clean = utf8.IndexOfAny(Escaped);
        }

        var rest = Reserve(utf8.Length + 1);
        utf8.CopyTo(rest);
        rest[utf8.Length] = (byte)'"';
        _used += utf8.Length + 1;
    }

    private static int Escape(byte character, Span<byte> space)
    {
        space[0] = (byte)'\\';
        var letter = character switch
        {
            (byte)'"' => (byte)'"',
            (byte)'\\' => (byte)'\\',
            (byte)'\n' => (byte)'n',
            (byte)'\r' => (byte)'r',
            (byte)'\t' => (byte)'t',
            (byte)'\b' => (byte)'b',
            (byte)'\f' => (byte)'f',
            _ => (byte)0,
        };
        if (letter != 0)
        {
            space[1] = letter;
            return 2;
        }

        "u00"u8.CopyTo(space[1..]);
        space[4] = HexDigit(character >> 4);
        space[5] = HexDigit(character & 0xF);
        return 6;
    }

    private static byte HexDigit(int value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);

    private void Begin(byte bracket)
    {
        Value(1)[0] = bracket;
        _used++;
        _needsComma = false;
    }

    private void End(byte bracket)
    {
        Reserve(1)[0] = bracket;
        _used++;
        _needsComma = true;
    }

    /// <summary>Space for a value of at most <paramref name="length"/> bytes, behind the comma that it may need.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Value(int length)
    {
        var space = Reserve(length + 1);
        if (_needsComma)
        {
            space[0] = (byte)',';
            _used++;
            return space[1..];
        }

        _needsComma = true;
        return space;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int length)
    {
        if (_space.Length - _used < length)
        {
            Grow(length);
        }

        return _space[_used..];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int length)
    {
        _output.Advance(_used);
        _used = 0;
        _space = _output.GetSpan(Math.Max(length, MinimumSpace));
    }
}
