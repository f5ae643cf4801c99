using Sluice.Configuration;

namespace Sluice.Components.Processors.Actions;

/// <summary>What an action does. The Collector takes the names in lower and upper case.</summary>
public enum ActionKind
{
    /// <summary>Adds the attribute where its key is absent.</summary>
    [OptionValue("insert", "INSERT")]
    Insert,

    /// <summary>Sets the attribute where its key is present.</summary>
    [OptionValue("update", "UPDATE")]
    Update,

    /// <summary>Sets the attribute, or adds it.</summary>
    [OptionValue("upsert", "UPSERT")]
    Upsert,

    /// <summary>Takes attributes out.</summary>
    [OptionValue("delete", "DELETE")]
    Delete,

    /// <summary>Replaces values by their SHA-256.</summary>
    [OptionValue("hash", "HASH")]
    Hash,

    /// <summary>Sets attributes from the groups of a pattern.</summary>
    [OptionValue("extract", "EXTRACT")]
    Extract,

    /// <summary>Converts values to another type.</summary>
    [OptionValue("convert", "CONVERT")]
    Convert,
}
