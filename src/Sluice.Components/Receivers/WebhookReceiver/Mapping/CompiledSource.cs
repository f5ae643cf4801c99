namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>A place with its path looked up.</summary>
/// <param name="Source">As declared.</param>
/// <param name="Slot">Where the value is among those found; -1 for a header.</param>
internal readonly record struct CompiledSource(ValueSource Source, int Slot);
