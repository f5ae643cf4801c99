namespace Sluice.Runtime.Monitoring;

/// <summary>How far a consumer of the journal may lag, and when it will.</summary>
/// <param name="MaxLag">Bytes that it may lag; null for the journal's whole size.</param>
/// <param name="SecondsToFull">
/// Seconds until it lags that far or the journal is full, if its lag goes on growing as over the last minute. Null while it does not grow.
/// </param>
public sealed record ConsumerOutlook(long? MaxLag, double? SecondsToFull);
