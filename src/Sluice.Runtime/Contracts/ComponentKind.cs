namespace Sluice.Runtime.Contracts;

/// <summary>The OpenTelemetry Collector's kinds of components; each is a section of the configuration.</summary>
public enum ComponentKind
{
    /// <summary>Takes data in.</summary>
    Receiver,

    /// <summary>Changes, drops or holds data within a pipeline.</summary>
    Processor,

    /// <summary>Ends one pipeline and begins another.</summary>
    Connector,

    /// <summary>Delivers data.</summary>
    Exporter,

    /// <summary>Stands beside the pipelines.</summary>
    Extension,
}
