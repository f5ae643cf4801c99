using Sluice.Store.Files;

namespace Sluice.Store.Reading;

/// <summary>Finds the spans that make their traces match. Instead of resource and code it selects the halves of the trace id.</summary>
internal sealed class SpanPlan(TraceQuery query) : IRecordPlan
{
    public BlockKind Table => BlockKind.Spans;

    public FilePlan? For(FileReader file) => SpanConditions.For(query, file) is not { } conditions
        ? null
        : new FilePlan(
            $"SELECT s.id, s.trace_low, s.time, s.trace_high FROM spans AS s WHERE s.id BETWEEN ?1 AND ?2{conditions}",
            "s.id",
            conditions,
            file.FindRows(Table, query.Time),
            []);
}
