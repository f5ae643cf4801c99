namespace Sluice.Telemetry.Encoders.CloudEvents;

/// <summary>Why something is not a CloudEvent.</summary>
/// <param name="Attribute">Which attribute; <c>data</c> or <c>data_base64</c> for the data.</param>
/// <param name="Problem">What is wrong, and what would be right.</param>
public sealed record CloudEventError(string Attribute, string Problem);
