namespace Sluice.Testing.Components;

/// <summary>A record that <see cref="CollectedDeadLetters"/> kept.</summary>
public sealed record CollectedDeadLetter(TestRecord Record, string Component, string Reason, int Attempts);
