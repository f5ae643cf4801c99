namespace Sluice.Telemetry.Editing;

/// <summary>What an <see cref="AttributeOperation"/> does. The actions of the Collector's <c>attributes</c> and <c>resource</c> processors.</summary>
public enum AttributeAction : byte
{
    /// <summary>Adds the attribute where its key is absent.</summary>
    Insert,

    /// <summary>Sets the attribute where its key is present.</summary>
    Update,

    /// <summary>Sets the attribute, or adds it.</summary>
    Upsert,

    /// <summary>Takes out the attribute of the key, and those whose key matches the pattern.</summary>
    Delete,

    /// <summary>Replaces the value of the attribute of the key, and of those whose key matches the pattern, by its SHA-256.</summary>
    Hash,

    /// <summary>Sets an attribute from each named group of the pattern, matched against the text of the attribute.</summary>
    Extract,

    /// <summary>Converts the value to another kind where that is possible.</summary>
    Convert,
}
