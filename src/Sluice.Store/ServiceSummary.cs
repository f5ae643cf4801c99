namespace Sluice.Store;

/// <summary>What is stored of one service.</summary>
/// <param name="Name">The service; empty for records without one.</param>
/// <param name="Logs">Log records that are not events.</param>
/// <param name="Events">Events.</param>
/// <param name="Spans">Spans.</param>
/// <param name="Metrics">Metric records.</param>
/// <param name="LastReceived">When its last record was received, in nanoseconds since 1970.</param>
public sealed record ServiceSummary(string Name, long Logs, long Events, long Spans, long Metrics, long LastReceived);
