namespace Sluice.Runtime.Delivery;

/// <summary>The verdicts of one attempt; see <see cref="DeliveryOutcome"/>.</summary>
public enum DeliveryStatus
{
    /// <summary>Settled.</summary>
    Delivered,

    /// <summary>Settled, except for records that are worth trying again.</summary>
    DeliveredInPart,

    /// <summary>Worth trying again.</summary>
    Retry,

    /// <summary>Refused for good.</summary>
    Rejected,

    /// <summary>Refused for good because of some of its records, without saying which.</summary>
    RejectedWhole,

    /// <summary>Refused for its size.</summary>
    TooLarge,

    /// <summary>Needs help.</summary>
    Fatal,

    /// <summary>Not begun: the exporter's state has to be durable first.</summary>
    StateFirst,
}
