namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>The types of attributes that formats tell apart (CloudEvents 1.0.2, "Type System"); the others are text everywhere.</summary>
public enum CloudEventAttributeKind
{
    /// <summary>String, URI, URI-reference, timestamp, or bytes as base64.</summary>
    Text,

    /// <summary>A whole number of 32 bits.</summary>
    Integer,

    /// <summary>True or false.</summary>
    Boolean,
}
