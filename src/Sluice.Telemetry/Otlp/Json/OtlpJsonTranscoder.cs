using System.Buffers.Binary;
using System.Text.Json;
using Sluice.Buffers;

namespace Sluice.Telemetry.Otlp.Json;

/// <summary>Walks one JSON text along the OTLP messages and writes their fields as they come. Recursion is bounded by the reader's depth.</summary>
internal ref partial struct OtlpJsonTranscoder
{
    private readonly PooledBufferWriter _output;
    private readonly int _limit;
    private readonly int _maximumLength;
    private Utf8JsonReader _json;

    public OtlpJsonTranscoder(ReadOnlySpan<byte> json, JsonReaderOptions options, PooledBufferWriter output, int maximumLength)
    {
        _json = new Utf8JsonReader(json, options);
        _output = output;
        _maximumLength = maximumLength;
        _limit = (int)Math.Min(int.MaxValue, (long)output.Length + maximumLength);
        Problem = null;
        ProblemOffset = 0;
    }

    /// <summary>What is wrong, when a method returned false.</summary>
    public string? Problem { get; private set; }

    /// <summary>Where.</summary>
    public long ProblemOffset { get; private set; }

    /// <summary>Reads the whole text as one message.</summary>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public bool TryTranscode(OtlpMessage request)
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return Expected("an object");
        }

        if (!TryReadMessage(request))
        {
            return false;
        }

        // Anything but white space behind the object makes the reader throw.
        _json.Read();
        return true;
    }

    /// <summary>Reads the members of an object, whose start was read, as the fields of a message.</summary>
    private bool TryReadMessage(OtlpMessage message)
    {
        var given = 0u;
        var oneofGiven = false;
        var next = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var nameOffset = _json.TokenStartIndex;
            var field = FindField(message, ref next);
            _json.Read();
            if (field is null)
            {
                _json.Skip();
                continue;
            }

            var bit = 1u << field.Number;
            if ((given & bit) != 0)
            {
                return Fail("given twice", nameOffset);
            }

            given |= bit;
            if (_json.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            if (field.InOneof)
            {
                if (oneofGiven)
                {
                    return Fail($"a second value of one {message.Name}, which has one at most", nameOffset);
                }

                oneofGiven = true;
            }

            if (!(field.Repeated ? TryReadArray(field) : TryReadValue(field, keepDefault: field.HasPresence)))
            {
                return false;
            }

            if (_output.Length > _limit)
            {
                return Fail($"the request takes more than {_maximumLength} bytes in protobuf", nameOffset);
            }
        }

        return true;
    }

    private readonly OtlpField? FindField(OtlpMessage message, ref int next) =>
        TryGetText(out var name) ? message.Find(name, ref next) : null;

    private bool TryReadArray(OtlpField field)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
        {
            return Expected("an array");
        }

        var packed = field.Packed;
        var mark = packed ? new ProtoWriter(_output).BeginMessage(field.Number) : 0;
        var empty = true;
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
        {
            empty = false;
            if (!(packed ? TryReadPacked(field) : TryReadValue(field, keepDefault: true)))
            {
                return false;
            }

            if (_output.Length > _limit)
            {
                return Fail($"the request takes more than {_maximumLength} bytes in protobuf", _json.TokenStartIndex);
            }
        }

        if (packed)
        {
            if (empty)
            {
                _output.Truncate(mark - 1 - ProtoWriter.VarintSize((ulong)field.Number << 3));
            }
            else
            {
                new ProtoWriter(_output).EndMessage(mark);
            }
        }

        return true;
    }

    /// <summary>Reads one value and writes it with its tag, unless it is the default and that is not kept.</summary>
    private bool TryReadValue(OtlpField field, bool keepDefault)
    {
        var proto = new ProtoWriter(_output);
        switch (field.Kind)
        {
            case OtlpFieldKind.Message:
                return TryReadNested(field);
            case OtlpFieldKind.String:
                return TryReadText(field, keepDefault);
            case OtlpFieldKind.Bytes:
                return TryReadBase64(field, keepDefault);
            case OtlpFieldKind.TraceId:
                return TryReadId(field, Telemetry.TraceId.Size);
            case OtlpFieldKind.SpanId:
                return TryReadId(field, sizeof(ulong));
            default:
                if (!TryReadNumber(field, out var bits))
                {
                    return false;
                }

                if (bits == 0 && !keepDefault)
                {
                    return true;
                }

                switch (field.WireType)
                {
                    case WireType.Varint:
                        proto.Varint(field.Number, bits);
                        break;
                    case WireType.Fixed64:
                        proto.Fixed64(field.Number, bits);
                        break;
                    default:
                        proto.Fixed32(field.Number, (uint)bits);
                        break;
                }

                return true;
        }
    }

    private bool TryReadPacked(OtlpField field)
    {
        if (!TryReadNumber(field, out var bits))
        {
            return false;
        }

        if (field.WireType == WireType.Varint)
        {
            new ProtoWriter(_output).RawVarint(bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt64LittleEndian(_output.GetSpan(sizeof(ulong)), bits);
            _output.Advance(sizeof(ulong));
        }

        return true;
    }

    private bool TryReadNested(OtlpField field)
    {
        if (_json.TokenType != JsonTokenType.StartObject)
        {
            return Expected("an object");
        }

        var proto = new ProtoWriter(_output);
        var mark = proto.BeginMessage(field.Number);
        if (!TryReadMessage(field.Message!))
        {
            return false;
        }

        proto.EndMessage(mark);
        return true;
    }
}
