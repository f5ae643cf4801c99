namespace Sluice.Runtime.Contracts;

/// <summary>How the ledger books records that a processor removes.</summary>
public enum DropKind
{
    /// <summary>Unwanted by rule.</summary>
    Filtered,

    /// <summary>Represented by the records that were kept.</summary>
    SampledOut,
}
