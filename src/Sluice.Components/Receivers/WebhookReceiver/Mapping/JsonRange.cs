namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>The bytes of a value in a JSON text.</summary>
/// <param name="Start">Offset of its first byte.</param>
/// <param name="Length">Its length; 0 when there is none.</param>
internal readonly record struct JsonRange(int Start, int Length)
{
    /// <summary>Whether there is a value.</summary>
    public bool Exists => Length > 0;

    /// <summary>Its bytes.</summary>
    public ReadOnlySpan<byte> In(ReadOnlySpan<byte> json) => json.Slice(Start, Length);
}
