namespace Sluice.Runtime.Contracts;

/// <summary>The order in which an exporter needs its records.</summary>
public enum DeliveryOrder
{
    /// <summary>Any: batches of one signal each, several at a time.</summary>
    None,

    /// <summary>Journal order: one batch at a time, signals mixed. The cursor then moves by whole batches, together with the exporter's state.</summary>
    Journal,
}
