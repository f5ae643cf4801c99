namespace Sluice.Search;

/// <summary>How found records are printed.</summary>
internal enum RecordOutput
{
    /// <summary>A line for people.</summary>
    Text,

    /// <summary>The envelope.</summary>
    Json,
}
