using System.Text;

namespace Sluice.Components.Receivers.HostMetricsReceiver.Host;

/// <summary>What a metric is.</summary>
internal enum HostMetricKind
{
    /// <summary>A value of the moment.</summary>
    Gauge,

    /// <summary>A value of the moment that may be added up over its attributes.</summary>
    UpDownSum,

    /// <summary>A value that only rises.</summary>
    Counter,
}

/// <summary>A metric of the host. The same metric is the same object.</summary>
/// <param name="name">Its name.</param>
/// <param name="description">Its description.</param>
/// <param name="unit">Its unit (UCUM).</param>
/// <param name="kind">What it is.</param>
/// <param name="isOptional">Whether it is measured only where it is switched on, as in the Collector.</param>
internal sealed class HostMetric(string name, string description, string unit, HostMetricKind kind = HostMetricKind.Counter, bool isOptional = false)
{
    public string Name => name;

    public HostMetricKind Kind => kind;

    public bool IsOptional => isOptional;

    /// <summary>The name as bytes, as are the others.</summary>
    public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(name);

    public byte[] DescriptionUtf8 { get; } = Encoding.UTF8.GetBytes(description);

    public byte[] UnitUtf8 { get; } = Encoding.UTF8.GetBytes(unit);
}
