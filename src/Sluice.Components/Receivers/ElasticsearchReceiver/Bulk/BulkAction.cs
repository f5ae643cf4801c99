namespace Sluice.Components.Receivers.ElasticsearchReceiver.Bulk;

/// <summary>
/// The line before a document. Texts are places in that line, as they stand in its JSON, escapes included, so that the answer can repeat them.
/// </summary>
internal struct BulkAction
{
    /// <summary>What is asked for.</summary>
    public BulkOperation Operation;

    /// <summary>The index; empty for that of the request.</summary>
    public LineRange Index;

    /// <summary>The client's id; empty for none.</summary>
    public LineRange Id;

    /// <summary>The ingest pipeline; empty for that of the request.</summary>
    public LineRange Pipeline;

    /// <summary>The routing; empty for that of the request.</summary>
    public LineRange Routing;

    /// <summary>Whether an empty id is given, which is none.</summary>
    public bool HasEmptyId;

    /// <summary>Whether <see cref="Id"/>, <see cref="Pipeline"/> or <see cref="Routing"/> has escapes.</summary>
    public bool IsEscaped;

    /// <summary>A condition on what is there already, which nobody can check; null for none.</summary>
    public string? Condition;
}
