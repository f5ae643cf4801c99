namespace Sluice.Components.Receivers.KafkaReceiver.Reading;

/// <summary>What became of a message that was to be added.</summary>
internal enum AddOutcome
{
    /// <summary>It is there.</summary>
    Added,

    /// <summary>It can never be read.</summary>
    Unreadable,

    /// <summary>There is no memory for it now.</summary>
    NoRoom,
}
