namespace Sluice.Load.Receiving;

/// <summary>What a sink has received so far.</summary>
/// <param name="Requests">Requests that it took.</param>
/// <param name="Bytes">Bytes of their bodies, as they came over the wire.</param>
/// <param name="Distinct">Distinct records.</param>
/// <param name="Doubled">Records that came again.</param>
/// <param name="Faults">Requests that it refused because they were not what a client of OTLP or the bulk API sends.</param>
public sealed record SinkReport(long Requests, long Bytes, long Distinct, long Doubled, long Faults);
