namespace Sluice.Components.Receivers.CloudEventsReceiver;

/// <summary>How a request carries events (HTTP protocol binding, 1.3).</summary>
internal enum ContentMode
{
    /// <summary>In no way that is taken.</summary>
    Unsupported,

    /// <summary>One event, its attributes in headers and its data in the body.</summary>
    Binary,

    /// <summary>One event as JSON.</summary>
    Structured,

    /// <summary>Several events as a JSON array.</summary>
    Batched,
}
