using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Editing;

/// <content>What each action does to the table.</content>
public sealed partial class AttributeEditor
{
    private const int RetainedCharacters = 64 * 1024;

    private char[] _characters = [];

    private void Apply(AttributeOperation operation, ReadOnlySpan<byte> message, IAttributeContext? context)
    {
        switch (operation.Action)
        {
            case AttributeAction.Insert or AttributeAction.Update or AttributeAction.Upsert:
                Assign(operation, message, context);
                break;
            case AttributeAction.Delete or AttributeAction.Hash:
                ApplyToMatching(operation, message);
                break;
            case AttributeAction.Extract:
                Extract(operation, message);
                break;
            default:
                for (var i = -1; (i = _table.Find(message, operation.Key, i + 1)) >= 0;)
                {
                    Convert(message, i, operation.Target);
                }

                break;
        }
    }

    private void Assign(AttributeOperation operation, ReadOnlySpan<byte> message, IAttributeContext? context)
    {
        var index = _table.Find(message, operation.Key);
        if (operation.Action == (index < 0 ? AttributeAction.Update : AttributeAction.Insert) ||
            !TryGetValue(operation.Source!, message, context, out var value))
        {
            return;
        }

        Put(message, operation.Key, index, value);
    }

    private void Put(ReadOnlySpan<byte> message, ReadOnlySpan<byte> key, int index, AttributeTable.Piece value)
    {
        if (index < 0)
        {
            _table.Add(_table.Keep(key), value);
            return;
        }

        for (; index >= 0; index = _table.Find(message, key, index + 1))
        {
            _table.Set(message, index, value);
        }
    }

    private bool TryGetValue(AttributeSource source, ReadOnlySpan<byte> message, IAttributeContext? context, out AttributeTable.Piece value)
    {
        value = default;
        if (source.EncodedLiteral is { } literal)
        {
            value = _table.Keep(literal);
            return true;
        }

        if (source.Attribute is { } attribute)
        {
            var index = _table.Find(message, attribute);
            value = index < 0 ? default : _table.ValueOf(index);
            return index >= 0;
        }

        _text.Clear();
        if (context is null || !context.TryWrite(source.Context!, _text))
        {
            return false;
        }

        value = KeepText(_text.WrittenSpan);
        return true;
    }

    private void ApplyToMatching(AttributeOperation operation, ReadOnlySpan<byte> message)
    {
        for (var i = 0; i < _table.Count; i++)
        {
            if (_table.IsRemoved(i) || !Applies(operation, _table.Key(message, i)))
            {
                continue;
            }

            if (operation.Action == AttributeAction.Delete)
            {
                _table.Remove(i);
            }
            else
            {
                Hash(message, i);
            }
        }
    }

    private bool Applies(AttributeOperation operation, ReadOnlySpan<byte> key) =>
        (operation.Key.Length > 0 && key.SequenceEqual(operation.Key)) ||
        (operation.Pattern is not null && operation.Pattern.IsMatch(Characters(key)));

    private void Hash(ReadOnlySpan<byte> message, int index)
    {
        var value = AnyValue.Read(_table.EncodedValue(message, index));
        Span<byte> scalar = stackalloc byte[8];
        scoped ReadOnlySpan<byte> input;
        switch (value.Kind)
        {
            case AnyValueKind.Bool:
                scalar[0] = value.Bool ? (byte)1 : (byte)0;
                input = scalar[..1];
                break;
            case AnyValueKind.Int:
                BinaryPrimitives.WriteInt64LittleEndian(scalar, value.Int);
                input = scalar;
                break;
            case AnyValueKind.Double:
                BinaryPrimitives.WriteDoubleLittleEndian(scalar, value.Double);
                input = scalar;
                break;
            case AnyValueKind.Array or AnyValueKind.KeyValueList:
                _text.Clear();
                AnyValueText.Write(value, _text);
                input = _text.WrittenSpan;
                break;
            default:
                input = value.Bytes;
                break;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> hexadecimal = stackalloc byte[2 * SHA256.HashSizeInBytes];
        var length = 0;
        if (!input.IsEmpty)
        {
            SHA256.HashData(input, hash);
            System.Convert.TryToHexStringLower(hash, hexadecimal, out length);
        }

        _table.Set(message, index, KeepText(hexadecimal[..length]));
    }

    private void Extract(AttributeOperation operation, ReadOnlySpan<byte> message)
    {
        var index = _table.Find(message, operation.Key);
        if (index < 0)
        {
            return;
        }

        var value = AnyValue.Read(_table.EncodedValue(message, index));
        if (value.Kind != AnyValueKind.String)
        {
            return;
        }

        // Only what matches costs a string: the groups are not to be had from a span.
        var text = Characters(value.Bytes);
        if (!operation.Pattern!.IsMatch(text))
        {
            return;
        }

        var match = operation.Pattern.Match(text.ToString());
        for (var group = 0; group < operation.Groups.Length; group++)
        {
            _text.Clear();
            Encoding.UTF8.GetBytes(match.Groups[group + 1].ValueSpan, _text);
            var name = operation.Groups[group];
            Put(message, name, _table.Find(message, name), KeepText(_text.WrittenSpan));
        }
    }

    private void Convert(ReadOnlySpan<byte> message, int index, AnyValueKind target)
    {
        var value = AnyValue.Read(_table.EncodedValue(message, index));
        if (value.Kind == target)
        {
            return;
        }

        if (target == AnyValueKind.String)
        {
            _text.Clear();
            AnyValueText.Write(value, _text);
            _table.Set(message, index, KeepText(_text.WrittenSpan));
            return;
        }

        var start = _table.Scratch.Length;
        if (AttributeConversion.TryWrite(value, target, new ProtoWriter(_table.Scratch)))
        {
            _table.Set(message, index, new AttributeTable.Piece(true, start, _table.Scratch.Length - start));
        }
    }

    /// <summary>Keeps an <c>AnyValue</c> that holds a text.</summary>
    private AttributeTable.Piece KeepText(ReadOnlySpan<byte> text)
    {
        var start = _table.Scratch.Length;
        new ProtoWriter(_table.Scratch).Bytes(OtlpFields.AnyValue.String, text);
        return new AttributeTable.Piece(true, start, _table.Scratch.Length - start);
    }

    private ReadOnlySpan<char> Characters(ReadOnlySpan<byte> utf8)
    {
        if (_characters.Length < utf8.Length || (_characters.Length > RetainedCharacters && utf8.Length <= RetainedCharacters))
        {
            _characters = new char[Math.Max(utf8.Length, 256)];
        }

        return _characters.AsSpan(0, Encoding.UTF8.GetChars(utf8, _characters));
    }
}
