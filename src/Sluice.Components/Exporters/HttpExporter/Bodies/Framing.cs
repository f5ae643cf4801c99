namespace Sluice.Components.Exporters.HttpExporter.Bodies;

/// <summary>What stands around the records of one body.</summary>
internal enum Framing
{
    /// <summary>Nothing: there is one.</summary>
    None,

    /// <summary>A line break behind each.</summary>
    Lines,

    /// <summary>The brackets and commas of a JSON array.</summary>
    Array,
}
