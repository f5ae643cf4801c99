using System.Text;
using Sluice.Components.Connectors.Metering;
using Sluice.Telemetry;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>What tells the series of spans apart: puts together the key by which a series is found, and the attributes of its data points.</summary>
internal sealed class SeriesIdentity : IDisposable
{
    /// <summary>Ends the key of the series that counts what is beyond the limit: no span has that kind.</summary>
    private const byte Overflow = 0xFF;

    /// <summary>No other key is as short.</summary>
    private const int OverflowKeyLength = sizeof(uint) + 2;

    private static readonly byte[][] KindNames =
    [
        "SPAN_KIND_UNSPECIFIED"u8.ToArray(), "SPAN_KIND_INTERNAL"u8.ToArray(), "SPAN_KIND_SERVER"u8.ToArray(),
        "SPAN_KIND_CLIENT"u8.ToArray(), "SPAN_KIND_PRODUCER"u8.ToArray(), "SPAN_KIND_CONSUMER"u8.ToArray(),
    ];

    private static readonly byte[][] StatusNames = ["STATUS_CODE_UNSET"u8.ToArray(), "STATUS_CODE_OK"u8.ToArray(), "STATUS_CODE_ERROR"u8.ToArray()];

    private readonly Dimension[] _dimensions;
    private readonly FoundValue[] _found;
    private readonly FoundValue[] _foundInEvent;
    private readonly byte[][] _scopes;
    private readonly byte[]? _instance;
    private readonly bool _hasService;
    private readonly bool _hasName;
    private readonly bool _hasKind;
    private readonly bool _hasStatus;
    private readonly bool _hasSamplingMethod;
    private readonly KeyBuilder _key;
    private readonly PointAttributes _attributes;

    /// <summary>Prepares for some options.</summary>
    /// <param name="options">What makes series.</param>
    /// <param name="instance">What tells this process from others that count the same services; the same over restarts.</param>
    /// <param name="dimensions">All dimensions.</param>
    /// <param name="found">Where the span has the values of them.</param>
    /// <param name="foundInEvent">Where the event has the values of them.</param>
    /// <param name="key">Where keys are put together.</param>
    /// <param name="attributes">Where attributes are put together.</param>
    public SeriesIdentity(
        SpanMetricsConnectorOptions options, Guid instance, Dimension[] dimensions, FoundValue[] found, FoundValue[] foundInEvent, KeyBuilder key, PointAttributes attributes)
    {
        (_dimensions, _found, _foundInEvent, _key, _attributes) = (dimensions, found, foundInEvent, key, attributes);
        _scopes = [.. options.IncludeInstrumentationScope.Where(name => name.Length > 0).Select(Encoding.UTF8.GetBytes)];
        _instance = Has(SpanMetricsConnectorOptions.InstanceId) ? Encoding.UTF8.GetBytes(instance.ToString("D")) : null;
        (_hasService, _hasName, _hasKind, _hasStatus) = (Has("service.name"), Has("span.name"), Has("span.kind"), Has("status.code"));
        _hasSamplingMethod = options.EnableMetricsSamplingMethod;

        bool Has(string dimension) => !options.ExcludeDimensions.Contains(dimension);
    }

    /// <summary>The key that was put together last.</summary>
    public ReadOnlySpan<byte> Key => _key.Key;

    /// <summary>Puts a key together.</summary>
    /// <param name="shape">Of which metrics.</param>
    /// <param name="span">The span.</param>
    /// <param name="spanEvent">Its event that is counted; empty for the span itself.</param>
    public void BuildKey(SeriesShape shape, in CountedSpan span, ReadOnlySpan<byte> spanEvent)
    {
        ref readonly var envelope = ref span.Envelope;
        _key.Begin(span.Source.Group.Id, (byte)shape.Kind);
        _key.Add(_hasKind ? envelope.Kind : (byte)0);
        _key.Add(_hasStatus ? envelope.Code : (byte)0);
        if (_hasSamplingMethod)
        {
            _key.Add(span.Weight.IsExtrapolated ? (byte)1 : (byte)0);
        }

        if (_hasService)
        {
            if (span.Source.Service is null)
            {
                _key.AddAbsent();
            }
            else
            {
                _key.Add(span.Source.Service);
            }
        }

        if (_hasName)
        {
            _key.Add(span.Name);
        }

        foreach (var i in shape.Dimensions)
        {
            if (TryGetValue(i, span, spanEvent, out var value))
            {
                _key.AddValue(value);
            }
            else
            {
                _key.AddAbsent();
            }
        }

        if (_scopes.Length > 0 && TryGetScope(span.Scope, out var scope, out var version))
        {
            _key.Add(scope);
            _key.Add(version);
        }
    }

    /// <summary>Puts together the attributes of a series, each behind its length.</summary>
    public ReadOnlySpan<byte> BuildAttributes(SeriesShape shape, in CountedSpan span, ReadOnlySpan<byte> spanEvent)
    {
        ref readonly var envelope = ref span.Envelope;
        _attributes.Begin();
        if (_hasService && span.Source.Service is { } service)
        {
            _attributes.Add("service.name"u8, service);
        }

        if (_hasName)
        {
            _attributes.Add("span.name"u8, span.Name);
        }

        if (_hasKind)
        {
            _attributes.Add("span.kind"u8, KindNames[envelope.Kind < KindNames.Length ? envelope.Kind : 0]);
        }

        if (_hasStatus)
        {
            _attributes.Add("status.code"u8, StatusNames[envelope.Code < StatusNames.Length ? envelope.Code : 0]);
        }

        AddInstance();
        foreach (var i in shape.Dimensions)
        {
            if (TryGetValue(i, span, spanEvent, out var value))
            {
                _attributes.AddValue(_dimensions[i].Key, value);
            }
        }

        if (_scopes.Length > 0 && TryGetScope(span.Scope, out var scope, out var version))
        {
            _attributes.Add("span.instrumentation.scope.name"u8, scope);
            if (!version.IsEmpty)
            {
                _attributes.Add("span.instrumentation.scope.version"u8, version);
            }
        }

        if (_hasSamplingMethod)
        {
            _attributes.Add("sampling.method"u8, span.Weight.IsExtrapolated ? "extrapolated"u8 : "counted"u8);
        }

        return _attributes.Written;
    }

    /// <summary>Whether a key is that of the series for what is beyond the limit.</summary>
    public static bool IsOverflow(ReadOnlySpan<byte> key) => key.Length == OverflowKeyLength;

    /// <summary>Puts together the key of the series for what is beyond the limit.</summary>
    public void BuildOverflowKey(SeriesShape shape, ResourceGroup group)
    {
        _key.Begin(group.Id, (byte)shape.Kind);
        _key.Add(Overflow);
    }

    /// <summary>Puts together the attributes of that series.</summary>
    public ReadOnlySpan<byte> BuildOverflowAttributes()
    {
        _attributes.Begin();
        AddInstance();
        _attributes.Add("otel.metric.overflow"u8, value: true);
        return _attributes.Written;
    }

    public void Dispose()
    {
        _key.Dispose();
        _attributes.Dispose();
    }

    private void AddInstance()
    {
        if (_instance is not null)
        {
            _attributes.Add("collector.instance.id"u8, _instance);
        }
    }

    /// <summary>The span's own value, else that of its event, else that of the resource, else the default.</summary>
    private bool TryGetValue(int dimension, in CountedSpan span, ReadOnlySpan<byte> spanEvent, out ReadOnlySpan<byte> value)
    {
        if (_found[dimension].IsFound)
        {
            value = _found[dimension].In(span.Message);
            return true;
        }

        if (!spanEvent.IsEmpty && _foundInEvent[dimension].IsFound)
        {
            value = _foundInEvent[dimension].In(spanEvent);
            return true;
        }

        var other = span.Source.Values[dimension] ?? _dimensions[dimension].Default;
        value = other;
        return other is not null;
    }

    private bool TryGetScope(ReadOnlySpan<byte> message, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> version)
    {
        name = version = default;
        var reader = new ProtoReader(message);
        while (reader.TryReadTag())
        {
            if (reader.Field is not (OtlpFields.Scope.Name or OtlpFields.Scope.Version) || reader.WireType != WireType.LengthDelimited)
            {
                if (!reader.TrySkip())
                {
                    break;
                }
            }
            else if (reader.TryReadBytes(out var text))
            {
                name = reader.Field == OtlpFields.Scope.Name ? text : name;
                version = reader.Field == OtlpFields.Scope.Version ? text : version;
            }
        }

        foreach (var scope in _scopes)
        {
            if (name.SequenceEqual(scope))
            {
                return true;
            }
        }

        return false;
    }
}
