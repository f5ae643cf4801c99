using Sluice.Telemetry.Otlp;

namespace Sluice.Telemetry;

/// <summary>One record with what stands around it, read in place. Valid as long as the batch or view it came from is neither edited nor disposed.</summary>
public readonly ref struct RecordView
{
    private readonly ReadOnlySpan<byte> _resourceContainer;
    private readonly ReadOnlySpan<byte> _scopeContainer;
    private readonly ContainerParts _resourceParts;
    private readonly ContainerParts _scopeParts;
    private readonly ref readonly Envelope _envelope;

    internal RecordView(
        Signal signal,
        ref readonly Envelope envelope,
        ReadOnlySpan<byte> message,
        ReadOnlySpan<byte> resourceContainer,
        ContainerParts resourceParts,
        ReadOnlySpan<byte> scopeContainer,
        ContainerParts scopeParts,
        ReadOnlySpan<byte> service)
    {
        Signal = signal;
        _envelope = ref envelope;
        Message = message;
        _resourceContainer = resourceContainer;
        _resourceParts = resourceParts;
        _scopeContainer = scopeContainer;
        _scopeParts = scopeParts;
        Service = service;
    }

    /// <summary>Which message the record is.</summary>
    public Signal Signal { get; }

    /// <summary>Its header.</summary>
    public ref readonly Envelope Envelope => ref _envelope;

    /// <summary>The encoded <c>LogRecord</c>, <c>Span</c> or <c>Metric</c>.</summary>
    public ReadOnlySpan<byte> Message { get; }

    /// <summary>The text of the resource attribute <c>service.name</c>; empty when absent.</summary>
    public ReadOnlySpan<byte> Service { get; }

    /// <summary>The encoded <c>Resource</c>; empty when absent.</summary>
    public ReadOnlySpan<byte> Resource => _resourceParts.Own(_resourceContainer);

    /// <summary>The encoded <c>InstrumentationScope</c>; empty when absent.</summary>
    public ReadOnlySpan<byte> Scope => _scopeParts.Own(_scopeContainer);

    /// <summary>The schema URL of the resource; empty when absent.</summary>
    public ReadOnlySpan<byte> ResourceSchemaUrl => _resourceParts.SchemaUrl(_resourceContainer);

    /// <summary>The schema URL of the scope; empty when absent.</summary>
    public ReadOnlySpan<byte> ScopeSchemaUrl => _scopeParts.SchemaUrl(_scopeContainer);

    /// <summary>The record's own attributes; for a metric its metadata.</summary>
    public AttributeEnumerator Attributes => new(Message, AttributesField(Signal));

    /// <summary>The resource's attributes.</summary>
    public AttributeEnumerator ResourceAttributes => new(Resource, OtlpFields.Resource.Attributes);

    /// <summary>Number of the field that holds a record's own attributes.</summary>
    public static int AttributesField(Signal signal) => signal switch
    {
        Signal.Logs => OtlpFields.LogRecord.Attributes,
        Signal.Traces => OtlpFields.Span.Attributes,
        _ => OtlpFields.Metric.Metadata,
    };
}
