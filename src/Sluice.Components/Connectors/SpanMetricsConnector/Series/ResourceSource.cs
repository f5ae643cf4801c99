using Sluice.Components.Connectors.Metering;

namespace Sluice.Components.Connectors.SpanMetricsConnector.Series;

/// <summary>A resource as it came: what its spans take from it.</summary>
/// <param name="Group">Where its series are.</param>
/// <param name="Service">The text of <c>service.name</c>; null when absent.</param>
/// <param name="Values">For each dimension the encoded <c>AnyValue</c>; null when absent.</param>
internal sealed record ResourceSource(ResourceGroup Group, byte[]? Service, byte[]?[] Values);
