using Sluice.Configuration;

namespace Sluice.Components.Exporters.PrometheusRemoteWriteExporter;

/// <summary>The message that requests hold.</summary>
public enum RemoteWriteMessage
{
    /// <summary>That of remote write 1.0.</summary>
    [OptionValue("prometheus.WriteRequest")]
    WriteRequest,

    /// <summary>That of remote write 2.0.</summary>
    [OptionValue("io.prometheus.write.v2.Request")]
    Request,
}
