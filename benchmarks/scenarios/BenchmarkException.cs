namespace Sluice.Scenarios;

/// <summary>A scenario could not be measured; the message says why, for whoever started it.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
