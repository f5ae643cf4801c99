namespace Sluice.Components.Extensions.HeadersSetterExtension;

/// <summary>What to do with a header.</summary>
public enum HeaderAction
{
    /// <summary>Add it where it is missing.</summary>
    Insert,

    /// <summary>Change it where it is there.</summary>
    Update,

    /// <summary>Add or change it.</summary>
    Upsert,

    /// <summary>Remove it.</summary>
    Delete,
}
