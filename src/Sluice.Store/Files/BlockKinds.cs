namespace Sluice.Store.Files;

/// <summary>Which table a kind of record is in.</summary>
internal static class BlockKinds
{
    public static BlockKind Of(RecordKind kind) => kind switch
    {
        RecordKind.Span => BlockKind.Spans,
        RecordKind.Metric => BlockKind.Metrics,
        _ => BlockKind.Logs,
    };
}
