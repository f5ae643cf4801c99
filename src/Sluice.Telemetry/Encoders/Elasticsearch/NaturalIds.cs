using System.Buffers.Text;
using System.IO.Enumeration;
using System.Text;
using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry.Encoders.Elasticsearch;

/// <summary>Reads the ids that records of one signal bring with them. Allocates nothing per record; used by one thread at a time.</summary>
internal sealed class NaturalIds
{
    /// <summary>Bytes of an id (Elasticsearch, "_id field").</summary>
    private const int LongestId = 512;

    /// <summary>What stays free for the number of a record's further documents.</summary>
    private const int LongestOrdinal = 11;

    private const int LongestInteger = 20;

    /// <summary>Targets whose answer is remembered; names out of attributes have no end.</summary>
    private const int Retained = 1024;

    private readonly NaturalIdOptions _options;
    private readonly byte[]? _attribute;
    private readonly byte[][] _scope;
    private readonly Dictionary<DocumentTarget, bool> _applies = [];

    private readonly byte[] _id = new byte[LongestId];
    private int _length;

    public NaturalIds(NaturalIdOptions options)
    {
        _options = options;
        _attribute = options.Attribute == NaturalIdOptions.DefaultAttribute ? null : Encoding.UTF8.GetBytes(options.Attribute);
        _scope = [.. options.Scope.Select(Encoding.UTF8.GetBytes)];
    }

    /// <summary>Reads the id of a record.</summary>
    /// <param name="record">The record.</param>
    /// <param name="field">The field of its message that has the attributes.</param>
    /// <param name="own">Those of them that say where and how it is stored.</param>
    /// <param name="target">Where its document goes.</param>
    /// <param name="receiver">The receiver that it came by; empty when that is not known.</param>
    /// <param name="id">The id, valid until the next call; empty for a record that keeps its own.</param>
    /// <returns>Why it can have no document; null when it can.</returns>
    public string? Read(
        RecordView record, int field, scoped in ReservedAttributes own, DocumentTarget target, ReadOnlySpan<byte> receiver, out ReadOnlySpan<byte> id)
    {
        id = default;
        _length = 0;
        if (_options.Indices.Count > 0 && !AppliesTo(target))
        {
            return null;
        }

        foreach (var name in _scope)
        {
            if (!TryAddScope(record, field, name, receiver))
            {
                return _options.IsRequired ? $"it lacks {Encoding.UTF8.GetString(name)}, which the id of its document is scoped by" : null;
            }
        }

        var fault = _options.Source == NaturalIdSource.Span ? AddSpan(record) : AddAttribute(record, field, own);
        if (fault is not null || _length == 0)
        {
            return fault;
        }

        if (_length > LongestId - LongestOrdinal)
        {
            return $"{Describe()}, with what it is scoped by, is longer than {LongestId} bytes";
        }

        id = _id.AsSpan(0, _length);
        return null;
    }

    private bool AppliesTo(DocumentTarget target)
    {
        if (!_applies.TryGetValue(target, out var applies))
        {
            if (_applies.Count >= Retained)
            {
                _applies.Clear();
            }

            applies = IsNamed(target.Name);
            _applies.Add(target, applies);
        }

        return applies;
    }

    private bool IsNamed(string index) => _options.Indices.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, index, ignoreCase: false));

    private bool TryAddScope(RecordView record, int field, byte[] name, ReadOnlySpan<byte> receiver)
    {
        if (name.AsSpan().SequenceEqual("receiver"u8))
        {
            AddEscaped(receiver);
            return !receiver.IsEmpty;
        }

        if (!AttributeEnumerator.TryFind(record.Message, field, name, out var value)
            && !AttributeEnumerator.TryFind(record.Scope, OtlpFields.Scope.Attributes, name, out value)
            && !AttributeEnumerator.TryFind(record.Resource, OtlpFields.Resource.Attributes, name, out value))
        {
            return false;
        }

        if (value.Kind == AnyValueKind.Int)
        {
            AddInteger(value.Int);
            Add("/"u8);
            return true;
        }

        AddEscaped(value.Bytes);
        return value.Kind == AnyValueKind.String && !value.Bytes.IsEmpty;
    }

    private string? AddSpan(RecordView record)
    {
        var (trace, span) = (record.Envelope.TraceId, record.Envelope.SpanId);
        if (trace.IsEmpty || span == 0)
        {
            _length = 0;
            return _options.IsRequired ? "it has no trace id or no span id, which make the id of its document" : null;
        }

        const int Digits = 16;
        Span<byte> text = stackalloc byte[(3 * Digits) + 1];
        trace.High.TryFormat(text, out _, "x16", null);
        trace.Low.TryFormat(text[Digits..], out _, "x16", null);
        text[2 * Digits] = (byte)'-';
        span.TryFormat(text[((2 * Digits) + 1)..], out _, "x16", null);
        Add(text);
        return null;
    }

    private string? AddAttribute(RecordView record, int field, scoped in ReservedAttributes own)
    {
        AnyValue value;
        if (_attribute is null)
        {
            value = AnyValue.Read(own.DocumentId);
            if (own.DocumentId.IsEmpty)
            {
                return Lacks();
            }
        }
        else if (!AttributeEnumerator.TryFind(record.Message, field, _attribute, out value))
        {
            return Lacks();
        }

        if (value.Kind == AnyValueKind.Int)
        {
            AddInteger(value.Int);
            return null;
        }

        if (value.Kind != AnyValueKind.String || value.Bytes.IsEmpty)
        {
            return $"{Describe()} is neither a text nor a whole number, or is empty";
        }

        Add(value.Bytes);
        return null;
    }

    private string? Lacks()
    {
        _length = 0;
        return _options.IsRequired ? $"it lacks {Describe()}, which is the id of its document" : null;
    }

    private string Describe() => _options.Source == NaturalIdSource.Span ? "its trace id and span id" : $"its attribute {_options.Attribute}";

    private void AddInteger(long value)
    {
        Span<byte> text = stackalloc byte[LongestInteger];
        Utf8Formatter.TryFormat(value, text, out var length);
        Add(text[..length]);
    }

    /// <summary>A part of the scope, and what ends it, which the part cannot contain: two scopes with an id each never make one id.</summary>
    private void AddEscaped(ReadOnlySpan<byte> part)
    {
        while (part.IndexOfAny((byte)'/', (byte)'%') is var at and >= 0)
        {
            Add(part[..at]);
            Add(part[at] == '/' ? "%2F"u8 : "%25"u8);
            part = part[(at + 1)..];
        }

        Add(part);
        Add("/"u8);
    }

    /// <summary>What is too long is counted and not kept.</summary>
    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (_length + bytes.Length <= _id.Length)
        {
            bytes.CopyTo(_id.AsSpan(_length));
        }

        _length += bytes.Length;
    }
}
