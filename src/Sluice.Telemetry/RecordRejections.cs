namespace Sluice.Telemetry;

/// <summary>Records of a request that were refused while the others were taken: what OTLP calls a partial success.</summary>
/// <param name="Records">Records refused.</param>
/// <param name="Items">The same in OTLP's count: data points for metrics.</param>
/// <param name="First">Why the first was refused; meaningful when there is one.</param>
/// <param name="FirstIndex">Its index among all records of the request.</param>
public readonly record struct RecordRejections(int Records, long Items, RejectionReason First, int FirstIndex);
