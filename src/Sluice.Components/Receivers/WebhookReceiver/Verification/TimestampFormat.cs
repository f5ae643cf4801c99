namespace Sluice.Components.Receivers.WebhookReceiver.Verification;

/// <summary>How a signed time is written.</summary>
public enum TimestampFormat
{
    /// <summary>Whole seconds since 1970.</summary>
    Unix,

    /// <summary>Whole milliseconds since 1970.</summary>
    UnixMs,

    /// <summary>As in RFC 3339.</summary>
    Rfc3339,
}
