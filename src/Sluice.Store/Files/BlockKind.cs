namespace Sluice.Store.Files;

/// <summary>The tables that have blocks, by the number they have in <c>blocks</c>.</summary>
internal enum BlockKind
{
    /// <summary>Logs and events, which share a table.</summary>
    Logs = 0,

    /// <summary>Spans.</summary>
    Spans = 1,

    /// <summary>Metrics.</summary>
    Metrics = 2,
}
