using Sluice.Configuration;

namespace Sluice.Components.Receivers.KafkaReceiver;

/// <summary>How the members of a group share partitions out.</summary>
public enum KafkaRebalanceStrategy
{
    /// <summary>As even as can be, and only what has to move moves, while the rest is read on.</summary>
    [OptionValue("cooperative-sticky")]
    CooperativeSticky,

    /// <summary>Neighbouring partitions of each topic. Everything is given back at every change.</summary>
    [OptionValue("range")]
    Range,

    /// <summary>One partition after another. Everything is given back at every change.</summary>
    [OptionValue("roundrobin")]
    RoundRobin,

    /// <summary>As cooperative-sticky; the library has no sticky assignment that gives everything back.</summary>
    [OptionValue("sticky")]
    Sticky,
}
