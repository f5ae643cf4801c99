using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Sluice.Buffers;

namespace Sluice.Telemetry.Otlp;

/// <summary>
/// Builds an <c>ExportLogsServiceRequest</c> from another format, record by record, straight as protobuf. Nothing is allocated per record.
/// </summary>
/// <remarks>
/// <para>The order is that of the message: <see cref="BeginResource"/>, its attributes; <see cref="BeginScope"/>, its attributes; for each
/// record <see cref="BeginRecord"/>, its fields and attributes, <see cref="EndRecord"/>; then further scopes or resources, and
/// <see cref="Finish"/> at the end. Beginning a container ends the one before.</para>
/// <para>An attribute is <see cref="Key(ReadOnlySpan{byte})"/> followed by one value, the body is <see cref="Body"/> followed by one value,
/// and a value is one of the value methods or what stands between a Begin and its End. Calls out of order throw: they are defects.
/// Text given as bytes is taken to be UTF-8; the indexer checks it. Borrows the output. Not thread-safe.</para>
/// </remarks>
public sealed partial class OtlpRequestBuilder
{
    /// <summary>What containers are taken to need; a guess too far off costs moving them once.</summary>
    private const int ExpectedContainer = 32 * 1024;
    private const int ExpectedRecord = 256;

    private readonly PooledBufferWriter _output;
    private Place _place;
    private int _resourceMark;
    private int _scopeMark;
    private int _ownMark;
    private int _recordMark;
    private int _recordStart;
    private bool _hasBody;

    /// <summary>Creates a builder that appends to <paramref name="output"/>.</summary>
    public OtlpRequestBuilder(PooledBufferWriter output) => _output = output;

    private enum Place
    {
        Request,
        Resource,
        AfterResource,
        Scope,
        AfterScope,
        Record,
    }

    /// <summary>Records ended since the last <see cref="Finish"/>.</summary>
    public int RecordCount { get; private set; }

    private ProtoWriter Writer => new(_output);

    /// <summary>Starts a resource.</summary>
    /// <param name="schemaUrl">UTF-8; empty for none.</param>
    public void BeginResource(ReadOnlySpan<byte> schemaUrl = default)
    {
        EndContainers(Place.Request);
        _resourceMark = Writer.BeginMessage(OtlpContainer.RequestResources, ExpectedContainer);
        if (!schemaUrl.IsEmpty)
        {
            Writer.Bytes(OtlpContainer.SchemaUrl, schemaUrl);
        }

        _ownMark = Writer.BeginMessage(OtlpContainer.Own);
        _place = Place.Resource;
    }

    /// <summary>Starts an instrumentation scope.</summary>
    /// <param name="name">UTF-8; empty for none.</param>
    /// <param name="version">UTF-8; empty for none.</param>
    /// <param name="schemaUrl">UTF-8; empty for none.</param>
    public void BeginScope(ReadOnlySpan<byte> name = default, ReadOnlySpan<byte> version = default, ReadOnlySpan<byte> schemaUrl = default)
    {
        EndContainers(Place.AfterResource);
        Require(_place == Place.AfterResource, "A scope stands in a resource");
        _scopeMark = Writer.BeginMessage(OtlpContainer.Children, ExpectedContainer);
        if (!schemaUrl.IsEmpty)
        {
            Writer.Bytes(OtlpContainer.SchemaUrl, schemaUrl);
        }

        _ownMark = Writer.BeginMessage(OtlpContainer.Own);
        _place = Place.Scope;
        if (!name.IsEmpty)
        {
            Writer.Bytes(OtlpFields.Scope.Name, name);
        }

        if (!version.IsEmpty)
        {
            Writer.Bytes(OtlpFields.Scope.Version, version);
        }
    }

    /// <summary>Starts a log record.</summary>
    public void BeginRecord()
    {
        EndContainers(Place.AfterScope);
        Require(_place == Place.AfterScope, "A record stands in a scope");
        _recordStart = _output.Length;
        _recordMark = Writer.BeginMessage(OtlpContainer.Children, ExpectedRecord);
        _place = Place.Record;
        _hasBody = false;
    }

    /// <summary>When it happened, in nanoseconds since 1970.</summary>
    public void Time(ulong unixNano) => Fixed64(OtlpFields.LogRecord.TimeUnixNano, unixNano);

    /// <summary>When it was seen, in nanoseconds since 1970.</summary>
    public void ObservedTime(ulong unixNano) => Fixed64(OtlpFields.LogRecord.ObservedTimeUnixNano, unixNano);

    /// <summary>The severity number of the data model, 1 to 24.</summary>
    public void Severity(int number)
    {
        RequireField();
        Writer.Varint(OtlpFields.LogRecord.SeverityNumber, (ulong)number);
    }

    /// <summary>The severity as the source calls it, UTF-8.</summary>
    public void SeverityText(ReadOnlySpan<byte> text) => Field(OtlpFields.LogRecord.SeverityText, text);

    /// <summary>The name that makes the record an event, UTF-8.</summary>
    public void EventName(ReadOnlySpan<byte> name) => Field(OtlpFields.LogRecord.EventName, name);

    /// <summary>The trace it belongs to.</summary>
    public void TraceId(TraceId id)
    {
        Span<byte> bytes = stackalloc byte[Telemetry.TraceId.Size];
        id.Write(bytes);
        Field(OtlpFields.LogRecord.TraceId, bytes);
    }

    /// <summary>The span it belongs to.</summary>
    /// <param name="id">Big-endian.</param>
    public void SpanId(ulong id)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, id);
        Field(OtlpFields.LogRecord.SpanId, bytes);
    }

    /// <summary>The W3C trace flags.</summary>
    public void TraceFlags(uint flags)
    {
        RequireField();
        Writer.Fixed32(OtlpFields.LogRecord.Flags, flags);
    }

    /// <summary>Ends the record.</summary>
    public void EndRecord()
    {
        RequireField();
        Writer.EndMessage(_recordMark, ExpectedRecord);
        _place = Place.AfterScope;
        RecordCount++;
    }

    /// <summary>Takes the record at hand back, from whatever point inside it: its source turned out to be unreadable.</summary>
    public void CancelRecord()
    {
        Require(_place == Place.Record, "There is no record to cancel");
        _output.Truncate(_recordStart);
        _place = Place.AfterScope;
        _depth = 0;
        _valueField = 0;
        _keyMark = NoMark;
    }

    /// <summary>Ends the request. The builder may then start another.</summary>
    public void Finish()
    {
        EndContainers(Place.Request);
        RecordCount = 0;
    }

    private void Fixed64(int field, ulong value)
    {
        RequireField();
        Writer.Fixed64(field, value);
    }

    private void Field(int field, ReadOnlySpan<byte> value)
    {
        RequireField();
        Writer.Bytes(field, value);
    }

    private void RequireField() =>
        Require(_place == Place.Record && _depth == 0 && _valueField == 0, "A field of a record stands in one, and not within a value");

    /// <summary>Ends what is open inside <paramref name="target"/>.</summary>
    private void EndContainers(Place target)
    {
        Require(_place != Place.Record && _depth == 0 && _valueField == 0, "The record or value before has not ended");
        if (_place is Place.Resource or Place.Scope)
        {
            Writer.EndMessage(_ownMark);
            _place++;
        }

        if (_place == Place.AfterScope && target < Place.AfterScope)
        {
            Writer.EndMessage(_scopeMark, ExpectedContainer);
            _place = Place.AfterResource;
        }

        if (_place == Place.AfterResource && target < Place.AfterResource)
        {
            Writer.EndMessage(_resourceMark, ExpectedContainer);
            _place = Place.Request;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Require(bool condition, string rule)
    {
        if (!condition)
        {
            ThrowOutOfOrder(rule);
        }
    }

    [DoesNotReturn]
    private static void ThrowOutOfOrder(string rule) => throw new InvalidOperationException($"{rule}: the builder was called out of order.");
}
