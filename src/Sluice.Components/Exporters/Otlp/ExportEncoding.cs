namespace Sluice.Components.Exporters.Otlp;

/// <summary>How export requests are encoded.</summary>
public enum ExportEncoding
{
    /// <summary>Protobuf: byte for byte as records came.</summary>
    Proto,

    /// <summary>OTLP-JSON, which has no names for fields that OTLP 1.x does not define.</summary>
    Json,
}
