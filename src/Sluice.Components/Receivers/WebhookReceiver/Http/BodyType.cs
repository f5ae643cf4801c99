namespace Sluice.Components.Receivers.WebhookReceiver.Http;

/// <summary>What a body is.</summary>
internal enum BodyType
{
    /// <summary>Nothing that is taken.</summary>
    Unsupported,

    /// <summary>One JSON value.</summary>
    Json,

    /// <summary>A JSON value after another.</summary>
    JsonLines,

    /// <summary>A form.</summary>
    Form,
}
