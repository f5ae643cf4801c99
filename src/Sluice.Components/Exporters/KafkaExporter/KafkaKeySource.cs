namespace Sluice.Components.Exporters.KafkaExporter;

/// <summary>What the key of a message is.</summary>
public enum KafkaKeySource
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>The trace id, 32 hexadecimal digits.</summary>
    TraceId,

    /// <summary>A hash of the resource's attributes, whatever their order, 32 hexadecimal digits.</summary>
    Resource,

    /// <summary>The name of the service.</summary>
    Service,
}
