using System.Buffers.Binary;
using System.Text.Json;
using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;
using Sluice.Telemetry.Otlp.Json;

namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <content>The fields of a document.</content>
internal sealed partial class DocumentWriter
{
    /// <summary>
    /// Writes the fields at the top. Objects of ECS are taken apart, since the conventions write <c>host.name</c> where ECS nests it; any other
    /// object stays one attribute with its structure.
    /// </summary>
    private void WriteTop(ref Utf8JsonReader json)
    {
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            _path.Clear();
            AppendName(ref json, _path);
            json.Read();
            if (!EcsFields.TryGetSet(_path.WrittenSpan, out var set))
            {
                WriteField(ref json, EcsFields.RuleOf(_path.WrittenSpan, FieldTarget.Record));
            }
            else if (json.TokenType == JsonTokenType.StartObject)
            {
                WriteObject(ref json, set);
            }
            else
            {
                WriteField(ref json, EcsFields.RuleOf(_path.WrittenSpan, set));
            }
        }
    }

    /// <summary>Writes the members of an object under their full names. The reader's depth bounds the recursion.</summary>
    private void WriteObject(ref Utf8JsonReader json, FieldTarget set)
    {
        var length = _path.Length;
        var isEmpty = true;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            isEmpty = false;
            _path.Truncate(length);
            _path.WriteByte((byte)'.');
            AppendName(ref json, _path);
            json.Read();
            if (json.TokenType == JsonTokenType.StartObject)
            {
                WriteObject(ref json, set);
            }
            else
            {
                WriteField(ref json, EcsFields.RuleOf(_path.WrittenSpan, set));
            }
        }

        _path.Truncate(length);
        if (isEmpty)
        {
            var builder = BeginAttribute(EcsFields.RuleOf(_path.WrittenSpan, set));
            builder.BeginKeyValueList();
            builder.EndKeyValueList();
        }
    }

    private void WriteField(ref Utf8JsonReader json, in FieldRule rule)
    {
        if (rule.Target is FieldTarget.Record or FieldTarget.Resource || !TryWriteOwn(ref json, rule.Target))
        {
            JsonText.WriteValue(ref json, BeginAttribute(rule));
        }
    }

    private OtlpRequestBuilder BeginAttribute(in FieldRule rule)
    {
        var builder = rule.Target == FieldTarget.Resource ? _resource : _record;
        builder.Key(rule.Name ?? _path.WrittenSpan);
        return builder;
    }

    /// <summary>Writes what is a field of the record itself.</summary>
    /// <returns>False when it is given already, or not of its form: it is an attribute then, so that nothing is lost.</returns>
    private bool TryWriteOwn(ref Utf8JsonReader json, FieldTarget target) => target switch
    {
        FieldTarget.Body => TryWriteBody(ref json),
        FieldTarget.Time => TryWriteTime(ref json),
        FieldTarget.DataStream => _isStream && SkipText(ref json),
        _ => json.TokenType == JsonTokenType.String && TryWriteText(target, TextOf(ref json)),
    };

    private bool TryWriteBody(ref Utf8JsonReader json)
    {
        if (!TryGive(Given.Body))
        {
            return false;
        }

        _record.Body();
        JsonText.WriteValue(ref json, _record);
        return true;
    }

    private bool TryWriteTime(ref Utf8JsonReader json)
    {
        if (json.TokenType is not (JsonTokenType.String or JsonTokenType.Number)
            || !DocumentTime.TryRead(TextOf(ref json), out var time) || !TryGive(Given.Time))
        {
            return false;
        }

        _record.Time(time);
        return true;
    }

    private bool TryWriteText(FieldTarget target, ReadOnlySpan<byte> text)
    {
        switch (target)
        {
            case FieldTarget.Severity when !text.IsEmpty && TryGive(Given.Severity):
                if (LogLevels.NumberOf(text) is > 0 and var number)
                {
                    _record.Severity(number);
                }

                _record.SeverityText(text);
                return true;
            case FieldTarget.EventName when !text.IsEmpty && TryGive(Given.EventName):
                _record.EventName(text);
                return true;
            case FieldTarget.TraceId:
                Span<byte> trace = stackalloc byte[TraceId.Size];
                if (!TryReadHex(text, trace) || trace.IndexOfAnyExcept((byte)0) < 0 || !TryGive(Given.TraceId))
                {
                    return false;
                }

                _record.TraceId(TraceId.Read(trace));
                return true;
            case FieldTarget.SpanId:
                Span<byte> span = stackalloc byte[sizeof(ulong)];
                if (!TryReadHex(text, span) || span.IndexOfAnyExcept((byte)0) < 0 || !TryGive(Given.SpanId))
                {
                    return false;
                }

                _record.SpanId(BinaryPrimitives.ReadUInt64BigEndian(span));
                return true;
            default:
                return false;
        }
    }

    private bool TryGive(Given field)
    {
        if ((_given & field) != Given.None)
        {
            return false;
        }

        _given |= field;
        return true;
    }

    /// <summary>The index that a document goes to says it, and counts.</summary>
    private static bool SkipText(ref Utf8JsonReader json) => json.TokenType == JsonTokenType.String;

    private static bool TryReadHex(ReadOnlySpan<byte> text, Span<byte> bytes) =>
        text.Length == bytes.Length * 2 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done;

    /// <summary>The text of a string or number, unescaped. Valid until the next call.</summary>
    private ReadOnlySpan<byte> TextOf(ref Utf8JsonReader json)
    {
        if (!json.ValueIsEscaped)
        {
            return json.ValueSpan;
        }

        _text.Clear();
        AppendName(ref json, _text);
        return _text.WrittenSpan;
    }

    private static void AppendName(ref Utf8JsonReader json, PooledBufferWriter output)
    {
        if (!json.ValueIsEscaped)
        {
            output.Write(json.ValueSpan);
            return;
        }

        // What is unescaped is never longer.
        output.Advance(json.CopyString(output.GetSpan(json.ValueSpan.Length)));
    }
}
