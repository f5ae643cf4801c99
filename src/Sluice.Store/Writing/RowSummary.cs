namespace Sluice.Store.Writing;

/// <summary>What is counted of one written row.</summary>
/// <param name="Kind">What the record is.</param>
/// <param name="Row">Its row id.</param>
/// <param name="Time">The time it is found by.</param>
/// <param name="Code">Severity number, span status or type of metric.</param>
internal readonly record struct RowSummary(RecordKind Kind, long Row, long Time, byte Code);
