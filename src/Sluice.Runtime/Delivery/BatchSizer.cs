namespace Sluice.Runtime.Delivery;

/// <summary>What batch sizes count.</summary>
public enum BatchSizer
{
    /// <summary>Records.</summary>
    Items,

    /// <summary>Bytes of the records' messages.</summary>
    Bytes,
}
