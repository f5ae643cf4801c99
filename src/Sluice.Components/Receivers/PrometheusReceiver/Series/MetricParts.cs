using System.Buffers.Binary;

namespace Sluice.Components.Receivers.PrometheusReceiver.Series;

/// <summary>What a metric is called, which is part of its key; see <see cref="MetricRow"/>.</summary>
/// <param name="name">Its name.</param>
/// <param name="unit">Its unit.</param>
internal readonly ref struct MetricParts(ReadOnlySpan<byte> name, ReadOnlySpan<byte> unit)
{
    private const int Head = sizeof(int) + sizeof(byte) + sizeof(int);

    public ReadOnlySpan<byte> Name { get; } = name;

    /// <summary>As OpenTelemetry writes it.</summary>
    public ReadOnlySpan<byte> Unit { get; } = unit;

    public static MetricParts Of(ReadOnlySpan<byte> key)
    {
        var unit = BinaryPrimitives.ReadInt32LittleEndian(key[(sizeof(int) + sizeof(byte))..]);
        return new MetricParts(key[(Head + unit)..], key.Slice(Head, unit));
    }
}
