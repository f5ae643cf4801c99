using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.CountConnector;

/// <summary>Something that may be counted: a record, or an event or data point in it.</summary>
internal readonly ref struct CountSubject
{
    private readonly ReadOnlySpan<byte> _own;
    private readonly int _ownAttributes;

    /// <summary>A record.</summary>
    public CountSubject(in RecordView record)
    {
        Record = record;
        _own = record.Message;
        _ownAttributes = RecordView.AttributesField(record.Signal);
    }

    /// <summary>An event or data point.</summary>
    /// <param name="record">Where it stands.</param>
    /// <param name="own">Its message.</param>
    /// <param name="attributes">The field of its attributes.</param>
    public CountSubject(in RecordView record, ReadOnlySpan<byte> own, int attributes)
    {
        Record = record;
        _own = own;
        _ownAttributes = attributes;
    }

    /// <summary>The record.</summary>
    public RecordView Record { get; }

    /// <summary>The message of what is counted.</summary>
    public ReadOnlySpan<byte> Own => _own;

    /// <summary>Finds an attribute of its own.</summary>
    public bool TryFindOwn(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) => AttributeEnumerator.TryFindEncoded(_own, _ownAttributes, key, out value);

    /// <summary>Finds an attribute of its own, else of its scope, else of its resource.</summary>
    public bool TryFindAny(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) =>
        TryFindOwn(key, out value)
        || AttributeEnumerator.TryFindEncoded(Record.Scope, OtlpFields.Scope.Attributes, key, out value)
        || AttributeEnumerator.TryFindEncoded(Record.Resource, OtlpFields.Resource.Attributes, key, out value);
}
