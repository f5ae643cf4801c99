using System.Text;
using System.Text.Unicode;
using Sluice.Buffers;
using Sluice.Telemetry.Otlp;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>Writes what scrapers find as requests. Nothing is allocated for a point.</summary>
internal sealed class HostPoints
{
    /// <summary>A request with the processes of a large machine is cut into several of about this many bytes.</summary>
    private const int LongestRequest = 1 << 20;

    private readonly PooledBufferWriter _output;
    private readonly PooledBufferWriter _resource;
    private readonly MetricsRequestBuilder _builder;
    private readonly long _unixNano;
    private readonly List<(PooledBuffer Buffer, int Length)> _requests = [];
    private IReadOnlySet<HostMetric> _wanted = new HashSet<HostMetric>();
    private byte[] _scope = [];
    private bool _isBegun;
    private HostMetric? _begun;
    private bool _isWritten;

    /// <param name="output">Scratch space for requests.</param>
    /// <param name="resource">Scratch space for resources.</param>
    /// <param name="unixNano">When it is measured, in nanoseconds since 1970.</param>
    public HostPoints(PooledBufferWriter output, PooledBufferWriter resource, long unixNano)
    {
        _output = output;
        _builder = new MetricsRequestBuilder(output);
        _resource = resource;
        _unixNano = unixNano;
    }

    /// <summary>Since when counters count, in nanoseconds since 1970.</summary>
    public long StartUnixNano { get; set; }

    /// <summary>When it is measured, in nanoseconds since 1970.</summary>
    public long UnixNano => _unixNano;

    /// <summary>What users should know once, such as that something may not be read.</summary>
    public List<string> Notices { get; } = [];

    /// <summary>Starts what one scraper found.</summary>
    /// <param name="scope">The name of its scope, UTF-8.</param>
    /// <param name="wanted">The metrics that are switched on.</param>
    public void BeginScraper(byte[] scope, IReadOnlySet<HostMetric> wanted)
    {
        _scope = scope;
        _wanted = wanted;
        BeginResource();
    }

    /// <summary>Starts a resource of its own within a scraper; its attributes follow, then its metrics. Without any it is left out.</summary>
    public void BeginResource()
    {
        _resource.Clear();
        _isBegun = false;
    }

    /// <summary>Gives the resource an attribute of text.</summary>
    public void ResourceText(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        text = Checked(text);
        var writer = new ProtoWriter(_resource);
        var attribute = writer.BeginMessage(OtlpFields.Resource.Attributes);
        writer.Bytes(OtlpFields.KeyValue.Key, key);
        writer.BytesHeader(OtlpFields.KeyValue.Value, ProtoWriter.BytesFieldSize(OtlpFields.AnyValue.String, text.Length));
        writer.Bytes(OtlpFields.AnyValue.String, text);
        writer.EndMessage(attribute);
    }

    /// <summary>Gives the resource an attribute of a number.</summary>
    public void ResourceNumber(ReadOnlySpan<byte> key, long number)
    {
        var writer = new ProtoWriter(_resource);
        var attribute = writer.BeginMessage(OtlpFields.Resource.Attributes);
        writer.Bytes(OtlpFields.KeyValue.Key, key);
        var value = writer.BeginMessage(OtlpFields.KeyValue.Value);
        writer.Varint(OtlpFields.AnyValue.Int, (ulong)number);
        writer.EndMessage(value);
        writer.EndMessage(attribute);
    }

    /// <summary>Whether a metric is switched on.</summary>
    public bool Wants(HostMetric metric) => _wanted.Contains(metric);

    /// <summary>Starts a metric; its points follow. Without any it is left out.</summary>
    /// <returns>False when it is not wanted.</returns>
    public bool Begin(HostMetric metric)
    {
        _begun = Wants(metric) ? metric : null;
        _isWritten = false;
        return _begun is not null;
    }

    /// <summary>Adds a point of a whole number; its attributes follow.</summary>
    public HostPoints Add(long value)
    {
        BeginPoint();
        _builder.Value(value);
        return this;
    }

    /// <summary>Adds a point; its attributes follow.</summary>
    public HostPoints Add(double value)
    {
        BeginPoint();
        _builder.Value(value);
        return this;
    }

    /// <summary>Gives the point an attribute.</summary>
    public HostPoints With(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        _builder.Attribute(key, Checked(text));
        return this;
    }

    /// <summary>Ends it.</summary>
    /// <returns>The requests, whose memory the caller disposes.</returns>
    public IReadOnlyList<(PooledBuffer Buffer, int Length)> Finish()
    {
        EndRequest();
        return _requests;
    }

    private void BeginPoint()
    {
        var metric = _begun ?? throw new InvalidOperationException("A point stands in a metric.");
        if (!_isWritten)
        {
            BeginMetric(metric);
            _isWritten = true;
        }

        _builder.BeginPoint(metric.Kind == HostMetricKind.Gauge ? 0 : StartUnixNano, _unixNano);
    }

    private void BeginMetric(HostMetric metric)
    {
        if (!_isBegun)
        {
            if (_output.Length >= LongestRequest)
            {
                EndRequest();
            }

            _builder.BeginResource(_resource.WrittenSpan);
            _builder.BeginScope(_scope);
            _isBegun = true;
        }

        if (metric.Kind == HostMetricKind.Gauge)
        {
            _builder.BeginGauge(metric.NameUtf8, metric.DescriptionUtf8, metric.UnitUtf8);
        }
        else
        {
            _builder.BeginSum(metric.NameUtf8, metric.DescriptionUtf8, metric.UnitUtf8, isDelta: false, metric.Kind == HostMetricKind.Counter);
        }
    }

    private void EndRequest()
    {
        _builder.Finish();
        var length = _output.Length;
        if (length > 0)
        {
            _requests.Add((_output.Detach(), length));
        }
    }

    /// <summary>Names of the kernel may be any bytes, or cut in the middle of a character; texts of OTLP are UTF-8.</summary>
    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> text) => Utf8.IsValid(text) ? text : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
}
