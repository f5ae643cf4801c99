namespace Sluice.Store;

/// <summary>In which order of arrival records are returned.</summary>
public enum SearchOrder
{
    /// <summary>What arrived last comes first.</summary>
    NewestFirst,

    /// <summary>What arrived first comes first.</summary>
    OldestFirst,
}
