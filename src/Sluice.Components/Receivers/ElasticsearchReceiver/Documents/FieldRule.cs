namespace Sluice.Components.Receivers.ElasticsearchReceiver.Documents;

/// <summary>What becomes of a field of the Elastic Common Schema.</summary>
/// <param name="Target">Where it goes.</param>
/// <param name="Name">The name of its attribute, UTF-8; null to keep its own.</param>
internal readonly record struct FieldRule(FieldTarget Target, byte[]? Name);
