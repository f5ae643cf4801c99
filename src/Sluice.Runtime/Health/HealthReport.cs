namespace Sluice.Runtime.Health;

/// <summary>A state with its reason.</summary>
/// <param name="State">The state.</param>
/// <param name="Reason">What is wrong and what would help; empty when nothing is.</param>
/// <param name="Since">When the component entered the state.</param>
public sealed record HealthReport(HealthState State, string Reason, DateTimeOffset Since);
