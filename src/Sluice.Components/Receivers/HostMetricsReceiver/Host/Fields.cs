using System.Buffers.Text;
using System.Text;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>Goes through the fields of a line, which stand between blanks.</summary>
/// <param name="line">Without its end.</param>
internal ref struct Fields(ReadOnlySpan<byte> line)
{
    /// <summary>Ticks of the kernel's clock in a second, as it shows them to everybody: the same on every machine.</summary>
    public const long TicksPerSecond = 100;

    private ReadOnlySpan<byte> _rest = line;

    /// <summary>Takes the next field.</summary>
    /// <returns>False at the end.</returns>
    public bool TryNext(out ReadOnlySpan<byte> field)
    {
        _rest = _rest.TrimStart(" \t"u8);
        var end = _rest.IndexOfAny(" \t"u8);
        field = end < 0 ? _rest : _rest[..end];
        _rest = _rest[field.Length..];
        return field.Length > 0;
    }

    /// <summary>Takes the next field.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public ReadOnlySpan<byte> Next() => TryNext(out var field) ? field : throw new FormatException("a line has too few fields");

    /// <summary>Takes the next field as a whole number.</summary>
    /// <exception cref="FormatException">There is none, or it is none.</exception>
    public long Number() => Number(Next());

    /// <summary>Takes the next field as a number.</summary>
    /// <exception cref="FormatException">There is none, or it is none.</exception>
    public double Fraction()
    {
        var field = Next();
        return Utf8Parser.TryParse(field, out double value, out var length) && length == field.Length ? value : throw NoNumber(field);
    }

    /// <summary>Passes over fields.</summary>
    public void Skip(int count)
    {
        for (; count > 0; count--)
        {
            Next();
        }
    }

    /// <summary>A whole number; those beyond 64 bits with sign, which a counter may have, wrap.</summary>
    public static long Number(ReadOnlySpan<byte> field) =>
        Utf8Parser.TryParse(field, out ulong value, out var length) && length == field.Length ? unchecked((long)value) : throw NoNumber(field);

    /// <summary>Ticks as seconds.</summary>
    public static double Seconds(long ticks) => ticks / (double)TicksPerSecond;

    /// <summary>Takes one line after the other off a text; empty ones are passed over.</summary>
    /// <returns>False at the end.</returns>
    public static bool TryLine(scoped ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> line)
    {
        text = text.TrimStart((byte)'\n');
        var end = text.IndexOf((byte)'\n');
        line = end < 0 ? text : text[..end];
        text = text[line.Length..];
        return line.Length > 0;
    }

    /// <summary>Finds the line that begins with a name, and takes what follows.</summary>
    /// <param name="text">Lines.</param>
    /// <param name="name">The name with what ends it, a colon or a blank.</param>
    /// <param name="fields">The rest of the line.</param>
    public static bool TryFind(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name, out Fields fields)
    {
        while (TryLine(ref text, out var line))
        {
            if (line.StartsWith(name))
            {
                fields = new Fields(line[name.Length..]);
                return true;
            }
        }

        fields = default;
        return false;
    }

    /// <summary>Finds the number that stands behind a name.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static long Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) =>
        TryFind(text, name, out var fields) ? fields.Number() : throw new FormatException($"there is no line \"{Encoding.UTF8.GetString(name).TrimEnd(' ', ':')}\"");

    /// <summary>Finds the number that stands behind a name; 0 where the kernel does not say it.</summary>
    public static long FindOrZero(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name) => TryFind(text, name, out var fields) ? fields.Number() : 0;

    /// <summary>Takes the octal digits out that the kernel writes for blanks and backslashes.</summary>
    /// <param name="field">As it stands.</param>
    /// <param name="text">Gets the text; as long as the field.</param>
    /// <returns>The text; the field itself where nothing was written so.</returns>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> field, Span<byte> text)
    {
        if (!field.Contains((byte)'\\'))
        {
            return field;
        }

        var length = 0;
        for (var i = 0; i < field.Length; i++)
        {
            var isCode = field[i] == '\\' && i + 3 < field.Length && field.Slice(i + 1, 3).IndexOfAnyExceptInRange((byte)'0', (byte)'7') < 0;
            text[length++] = isCode ? (byte)(((field[i + 1] - '0') << 6) | ((field[i + 2] - '0') << 3) | (field[i + 3] - '0')) : field[i];
            i += isCode ? 3 : 0;
        }

        return text[..length];
    }

    private static FormatException NoNumber(ReadOnlySpan<byte> field) => new($"\"{Encoding.UTF8.GetString(field)}\" is no number");
}
