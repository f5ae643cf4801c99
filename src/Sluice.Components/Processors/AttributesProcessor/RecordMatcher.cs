using Sluice.Buffers;
using Sluice.Telemetry;
using Sluice.Telemetry.Editing;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Processors.AttributesProcessor;

/// <summary>Whether a record has the properties of an <c>include</c> or <c>exclude</c>. Thread-safe.</summary>
internal sealed class RecordMatcher
{
    private static readonly byte[][] SpanKinds = [.. MatchOptions.SpanKindNames.Select(System.Text.Encoding.UTF8.GetBytes)];

    private readonly TextMatcher? _services;
    private readonly TextMatcher? _names;
    private readonly TextMatcher? _kinds;
    private readonly TextMatcher? _bodies;
    private readonly TextMatcher? _severityTexts;
    private readonly SeverityMatchOptions? _severity;
    private readonly AttributeMatcher[] _attributes;
    private readonly AttributeMatcher[] _resources;
    private readonly (TextMatcher Name, TextMatcher? Version)[] _libraries;

    public RecordMatcher(MatchOptions options, Signal signal)
    {
        var type = options.MatchType;
        _services = TextMatcher.Create(type, options.Services);
        _names = TextMatcher.Create(type, signal == Signal.Metrics ? options.MetricNames : options.SpanNames);
        _kinds = TextMatcher.Create(type, options.SpanKinds);
        _bodies = TextMatcher.Create(type, options.LogBodies);
        _severityTexts = TextMatcher.Create(type, options.LogSeverityTexts);
        _severity = options.LogSeverityNumber;
        _attributes = [.. options.Attributes.Select(attribute => new AttributeMatcher(type, attribute))];
        _resources = [.. options.Resources.Select(attribute => new AttributeMatcher(type, attribute))];
        _libraries =
        [
            .. options.Libraries.Select(library =>
                (new TextMatcher(type, [library.Name]), library.Version is { } version ? new TextMatcher(type, [version]) : null)),
        ];
    }

    public bool Matches(in RecordView record, PooledBufferWriter scratch) =>
        (_severity is null || MatchesSeverity(record.Envelope.Code)) &&
        (_kinds is null || _kinds.Matches(record.Envelope.Kind < SpanKinds.Length ? SpanKinds[record.Envelope.Kind] : [])) &&
        (_services is null || _services.Matches(record.Service)) &&
        (_names is null || _names.Matches(
            Find(record.Message, record.Signal == Signal.Metrics ? OtlpFields.Metric.Name : OtlpFields.Span.Name))) &&
        (_severityTexts is null || _severityTexts.Matches(Find(record.Message, OtlpFields.LogRecord.SeverityText))) &&
        (_bodies is null || MatchesBody(Find(record.Message, OtlpFields.LogRecord.Body), scratch)) &&
        MatchesAll(_attributes, record.Message, RecordView.AttributesField(record.Signal), scratch) &&
        (_resources.Length == 0 || MatchesAll(_resources, record.Resource, OtlpFields.Resource.Attributes, scratch)) &&
        (_libraries.Length == 0 || MatchesLibrary(record.Scope));

    private bool MatchesSeverity(byte number) => number == 0 ? _severity!.MatchUndefined : number >= _severity!.Min;

    private bool MatchesBody(ReadOnlySpan<byte> body, PooledBufferWriter scratch)
    {
        var value = AnyValue.Read(body);
        if (value.Kind == AnyValueKind.String)
        {
            return _bodies!.Matches(value.Bytes);
        }

        scratch.Clear();
        AnyValueText.Write(value, scratch);
        return _bodies!.Matches(scratch.WrittenSpan);
    }

    private static bool MatchesAll(AttributeMatcher[] matchers, ReadOnlySpan<byte> message, int field, PooledBufferWriter scratch)
    {
        foreach (var matcher in matchers)
        {
            if (!matcher.Matches(message, field, scratch))
            {
                return false;
            }
        }

        return true;
    }

    private bool MatchesLibrary(ReadOnlySpan<byte> scope)
    {
        var name = Find(scope, OtlpFields.Scope.Name);
        var version = Find(scope, OtlpFields.Scope.Version);
        foreach (var library in _libraries)
        {
            if (library.Name.Matches(name) && (library.Version is null || library.Version.Matches(version)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last value of a length-delimited field, as protobuf reads it; empty when absent.</summary>
    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> message, int field)
    {
        ReadOnlySpan<byte> found = default;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field == field && reader.WireType == WireType.LengthDelimited && reader.TryReadBytes(out var value))
            {
                found = value;
            }
            else if (reader.Malformed || !reader.TrySkip())
            {
                break;
            }
        }

        return found;
    }
}
