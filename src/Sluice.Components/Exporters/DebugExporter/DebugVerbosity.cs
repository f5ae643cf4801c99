namespace Sluice.Components.Exporters.DebugExporter;

/// <summary>How much is printed.</summary>
public enum DebugVerbosity
{
    /// <summary>Counts.</summary>
    Basic,

    /// <summary>About one line per record.</summary>
    Normal,

    /// <summary>Every field of every record.</summary>
    Detailed,
}
