using Sluice.Configuration;

namespace Sluice.Components.Exporters.FileExporter;

/// <summary>How records are written to a file.</summary>
public enum FileFormat
{
    /// <summary>OTLP-JSON, one export request per line.</summary>
    Json,

    /// <summary>The envelope as JSON, one object per record and line.</summary>
    JsonLines,

    /// <summary>CloudEvents in the JSON format, one per record and line.</summary>
    [OptionValue("cloudevents")]
    CloudEvents,

    /// <summary>OTLP protobuf, each export request behind its length in four bytes, big-endian.</summary>
    Proto,
}
