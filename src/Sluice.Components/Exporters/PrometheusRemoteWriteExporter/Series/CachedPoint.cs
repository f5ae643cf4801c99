using System.Buffers.Binary;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter.Series;

/// <summary>What is known of the data points that come with the same attributes: the encoded labels of their series.</summary>
internal sealed class CachedPoint(byte[] key, SeriesTime time)
{
    /// <summary>By which it is found.</summary>
    public byte[] Key => key;

    /// <summary>The number of its <see cref="MetricStream"/>.</summary>
    public int StreamId => BinaryPrimitives.ReadInt32LittleEndian(key);

    /// <summary>Its attributes, as fields.</summary>
    public ReadOnlySpan<byte> Attributes => key.AsSpan(sizeof(int));

    /// <summary>Shared with data points that have the same labels otherwise written.</summary>
    public SeriesTime Time => time;

    /// <summary>When a data point came last, in milliseconds since the encoder was made.</summary>
    public long SeenMs { get; set; }

    /// <summary>Of a number or a native histogram.</summary>
    public byte[] Value { get; init; } = [];

    /// <summary>Of a classic histogram or a summary.</summary>
    public byte[] Sum { get; init; } = [];

    /// <summary>Of a classic histogram or a summary.</summary>
    public byte[] Count { get; init; } = [];

    /// <summary>Bounds of a histogram without infinity, or quantiles of a summary: what <see cref="Parts"/> were made for.</summary>
    public double[] Numbers { get; set; } = [];

    /// <summary>Of the buckets, the last one that of infinity; or of the quantiles. Null before they are made.</summary>
    public byte[][]? Parts { get; set; }
}
