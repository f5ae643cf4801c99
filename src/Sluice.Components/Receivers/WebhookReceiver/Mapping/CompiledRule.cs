namespace Sluice.Components.Receivers.WebhookReceiver.Mapping;

/// <summary>An attribute with the places of its values looked up.</summary>
internal readonly record struct CompiledRule(AttributeRule Rule, CompiledSource[] Sources);
