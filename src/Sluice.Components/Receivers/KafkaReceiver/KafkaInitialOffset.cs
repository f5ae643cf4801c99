namespace Sluice.Components.Receivers.KafkaReceiver;

/// <summary>Where to begin in a partition that the group has no offset of.</summary>
public enum KafkaInitialOffset
{
    /// <summary>With what is written from now on.</summary>
    Latest,

    /// <summary>With what is kept.</summary>
    Earliest,
}
