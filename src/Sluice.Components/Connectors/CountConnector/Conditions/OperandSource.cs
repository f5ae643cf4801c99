using System.Text;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.CountConnector.Conditions;

/// <summary>Where a value comes from: a literal, a field or an attribute. Immutable; allocates nothing.</summary>
internal sealed class OperandSource
{
    private readonly ConditionField _field;
    private readonly byte[] _text;
    private readonly object? _literal;

    /// <summary>A literal: a string, long, double or bool; null for <c>nil</c>.</summary>
    public OperandSource(object? literal)
    {
        _field = ConditionField.Literal;
        _literal = literal;
        _text = literal is string text ? Encoding.UTF8.GetBytes(text) : [];
    }

    /// <summary>A field, or an attribute with its key.</summary>
    public OperandSource(ConditionField field, string key)
    {
        _field = field;
        _text = Encoding.UTF8.GetBytes(key);
    }

    public Operand Read(in CountSubject subject) => _field switch
    {
        ConditionField.Literal => ReadLiteral(),
        ConditionField.Attribute => subject.TryFindOwn(_text, out var value) ? Operand.Read(value) : default,
        ConditionField.RecordAttribute => Find(subject.Record.Message, RecordView.AttributesField(subject.Record.Signal)),
        ConditionField.ScopeAttribute => Find(subject.Record.Scope, OtlpFields.Scope.Attributes),
        ConditionField.ResourceAttribute => Find(subject.Record.Resource, OtlpFields.Resource.Attributes),
        ConditionField.ScopeName => Text(subject.Record.Scope, OtlpFields.Scope.Name),
        ConditionField.ScopeVersion => Text(subject.Record.Scope, OtlpFields.Scope.Version),
        ConditionField.SpanName => Text(subject.Record.Message, OtlpFields.Span.Name),
        ConditionField.SpanKind => Operand.Whole(subject.Record.Envelope.Kind),
        ConditionField.StatusCode => Operand.Whole(subject.Record.Envelope.Code),
        ConditionField.StatusMessage => Text(Message(subject.Record.Message, OtlpFields.Span.Status), OtlpFields.Status.Message),
        ConditionField.EventName => Text(subject.Own, OtlpFields.SpanEvent.Name),
        ConditionField.SeverityNumber => Operand.Whole(subject.Record.Envelope.Code),
        ConditionField.SeverityText => Text(subject.Record.Message, OtlpFields.LogRecord.SeverityText),
        ConditionField.LogEventName => Text(subject.Record.Message, OtlpFields.LogRecord.EventName),
        ConditionField.Body => Operand.Read(Message(subject.Record.Message, OtlpFields.LogRecord.Body)),
        ConditionField.MetricName => Text(subject.Record.Message, OtlpFields.Metric.Name),
        ConditionField.MetricDescription => Text(subject.Record.Message, OtlpFields.Metric.Description),
        ConditionField.MetricUnit => Text(subject.Record.Message, OtlpFields.Metric.Unit),
        ConditionField.MetricType => Operand.Whole(subject.Record.Envelope.Code switch
        {
            OtlpFields.Metric.Gauge => 1,
            OtlpFields.Metric.Sum => 2,
            OtlpFields.Metric.Histogram => 3,
            OtlpFields.Metric.ExponentialHistogram => 4,
            OtlpFields.Metric.Summary => 5,
            _ => 0,
        }),
        _ => throw new InvalidOperationException($"{_field} is no field."),
    };

    private static Operand Text(ReadOnlySpan<byte> message, int field) => Operand.Text(Message(message, field));

    /// <summary>The last value of a length-delimited field; empty when absent.</summary>
    private static ReadOnlySpan<byte> Message(ReadOnlySpan<byte> message, int field)
    {
        ReadOnlySpan<byte> found = default;
        foreach (var value in new RepeatedField(message, field))
        {
            found = value;
        }

        return found;
    }

    private Operand Find(ReadOnlySpan<byte> message, int field) => AttributeEnumerator.TryFindEncoded(message, field, _text, out var value) ? Operand.Read(value) : default;

    private Operand ReadLiteral() => _literal switch
    {
        string => Operand.Text(_text),
        long whole => Operand.Whole(whole),
        double number => Operand.Number(number),
        bool truth => Operand.Truth(truth),
        _ => default,
    };
}
